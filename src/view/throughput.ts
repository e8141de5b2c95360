/** How much came and went in the course of a run: few enough points to keep, and to draw. */
export interface Throughput {
  readonly points: readonly Moved[]
  /** The least time between two points; it doubles whenever there are too many of them. */
  readonly intervalMs: number
}

/** Bytes moved since the start, by all items together. */
export interface Moved {
  readonly at: number
  readonly download: number
  readonly upload: number
}

/** What there is to draw of a run. */
export interface Plot {
  readonly durationMs: number
  /** Of all curves: they share a scale. */
  readonly topBytesPerSecond: number
  readonly curves: readonly Curve[]
}

/** What moved, and how fast at each moment from 0 (the start of the run) to 1 (its end). */
export interface Curve {
  readonly stage: 'download' | 'upload'
  readonly topBytesPerSecond: number
  readonly points: readonly { readonly moment: number; readonly bytesPerSecond: number }[]
}

const MAX_POINTS = 120
/** A speed is measured from so many points before to so many after: what tools tell comes in steps of half a second. */
const REACH = 2
/** Of a shorter run a plot tells nothing. */
const LEAST_RUN_MS = 3_000

export const NO_THROUGHPUT: Throughput = { points: [], intervalMs: 500 }

/** One point more, unless the last one was a moment ago. */
export function sample(throughput: Throughput, at: number, moved: () => Omit<Moved, 'at'>): Throughput {
  const { points, intervalMs } = throughput
  const last = points.at(-1)
  if (last !== undefined && at - last.at < intervalMs) return throughput
  const more = [...points, { at, ...moved() }]
  if (more.length <= MAX_POINTS) return { points: more, intervalMs }
  return { points: more.filter((_, index) => index % 2 === 0), intervalMs: 2 * intervalMs }
}

/** The plot of a run that ended; null of a short one, and where nothing moved. */
export function plotOf({ points }: Throughput, durationMs: number | null): Plot | null {
  const [first] = points
  if (first === undefined || durationMs === null || durationMs < LEAST_RUN_MS) return null
  const curves = (['download', 'upload'] as const).flatMap((stage) => {
    const curve = points.map(({ at }, index) => ({
      moment: Math.min(1, Math.max(0, (at - first.at) / durationMs)),
      bytesPerSecond: speedAt(points, index, stage),
    }))
    const topBytesPerSecond = Math.max(...curve.map(({ bytesPerSecond }) => bytesPerSecond))
    if (topBytesPerSecond < 1) return []
    return [{ stage, topBytesPerSecond, points: [...curve, { moment: 1, bytesPerSecond: 0 }] }]
  })
  if (curves.length === 0) return null
  return { durationMs, topBytesPerSecond: Math.max(...curves.map((curve) => curve.topBytesPerSecond)), curves }
}

/** Bytes per second around a point. What was begun anew took bytes away: that is no speed. */
function speedAt(points: readonly Moved[], index: number, stage: 'download' | 'upload'): number {
  const before = points[Math.max(0, index - REACH)]
  const after = points[Math.min(points.length - 1, index + REACH)]
  if (before === undefined || after === undefined || after.at <= before.at) return 0
  return Math.max(0, ((after[stage] - before[stage]) * 1_000) / (after.at - before.at))
}
