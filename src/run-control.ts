/**
 * Holds a run, lets it go on, and takes single items out of it: `vault.run(sources, { control })`. Nothing of it throws;
 * what is asked of a run that has ended does nothing.
 */
export interface RunControl {
  readonly isPaused: boolean
  /** Downloads stand still and nothing new begins; archives and uploads under way end. */
  pause(): void
  resume(): void
  /** Stops one item, by its key in events; the others go on. What of it is proven at the remote stays. */
  cancel(item: string): void
}
