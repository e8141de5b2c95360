/**
 * Calls back at each SIGINT, which is what a notebook's Interrupt sends; returns how to stop listening.
 *
 * The listener comes and goes a turn of the event loop later. While a cell's synchronous part runs, tslab has Node's
 * `breakOnSigint` on, which sets all listeners aside and puts them back afterwards: one that is added meanwhile makes
 * Interrupt kill the kernel, one that is removed meanwhile returns (tested with tslab 1.0.22 on Node 24).
 */
export function onInterrupt(interrupted: () => void): () => void {
  let isListening = true
  const listener = (): void => {
    if (isListening) interrupted()
  }
  setImmediate(() => process.on('SIGINT', listener))
  return () => {
    isListening = false
    setImmediate(() => process.off('SIGINT', listener))
  }
}
