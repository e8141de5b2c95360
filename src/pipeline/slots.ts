import type { Semaphore } from 'async-mutex'
import { untilAborted } from '../tools/abort.ts'
import type { Stage } from '../errors.ts'

interface Waiting {
  readonly signal?: AbortSignal | undefined
  readonly onWait?: () => void
  readonly rank?: number | undefined
}

/**
 * Does work when one of few places is free, and holds it until the work is over. Of those that wait the one of the
 * highest rank comes first (0 if none is given), then the one that waits longest.
 * @throws VaultError CANCELLED when the signal aborts while it waits, and what the work throws
 */
export async function inSlot<T>(
  slots: Semaphore,
  stage: Stage,
  { signal, onWait, rank }: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  if (slots.isLocked()) onWait?.()
  const turn = slots.acquire(1, rank)
  try {
    await untilAborted(turn, signal, stage)
    return await work()
  } finally {
    // Also the place that comes after nobody waits for it any more.
    void turn.then(([, release]) => {
      release()
    })
  }
}
