/** How fast bytes came and went over a run: few enough points to keep, and to draw. */
export interface Throughput {
  readonly points: readonly Speeds[]
  /** The least time between two points; it doubles whenever there are too many of them. */
  readonly intervalMs: number
}

/** Bytes per second, of all items together. */
export interface Speeds {
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
/** Of a shorter run a plot tells nothing. */
const LEAST_RUN_MS = 3_000

export const NO_THROUGHPUT: Throughput = { points: [], intervalMs: 500 }

/** One point more, unless the last one was a moment ago. */
export function sample(throughput: Throughput, at: number, speeds: () => Omit<Speeds, 'at'>): Throughput {
  const { points, intervalMs } = throughput
  const last = points.at(-1)
  if (last !== undefined && at - last.at < intervalMs) return throughput
  const more = [...points, { at, ...speeds() }]
  return more.length <= MAX_POINTS ? { points: more, intervalMs } : { points: halved(more), intervalMs: 2 * intervalMs }
}

/** The plot of a run that ended; null of a short one, and where nothing moved. */
export function plotOf({ points }: Throughput, durationMs: number | null): Plot | null {
  const [first] = points
  if (first === undefined || durationMs === null || durationMs < LEAST_RUN_MS) return null
  const curves = (['download', 'upload'] as const).flatMap((stage) => {
    const topBytesPerSecond = Math.max(...points.map((point) => point[stage]))
    if (topBytesPerSecond < 1) return []
    const curve = points.map((point) => ({
      moment: Math.min(1, Math.max(0, (point.at - first.at) / durationMs)),
      bytesPerSecond: point[stage],
    }))
    return [{ stage, topBytesPerSecond, points: [...curve, { moment: 1, bytesPerSecond: 0 }] }]
  })
  if (curves.length === 0) return null
  return { durationMs, topBytesPerSecond: Math.max(...curves.map((curve) => curve.topBytesPerSecond)), curves }
}

/** The first stays; of the others each two become their mean. */
function halved([first, ...rest]: readonly Speeds[]): readonly Speeds[] {
  const pairs = rest.flatMap((later, index) => {
    const earlier = rest[index - 1]
    if (index % 2 === 0 || earlier === undefined) return []
    return [
      {
        at: later.at,
        download: (earlier.download + later.download) / 2,
        upload: (earlier.upload + later.upload) / 2,
      },
    ]
  })
  return first === undefined ? [] : [first, ...pairs]
}
