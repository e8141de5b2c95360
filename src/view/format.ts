import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'

/** `12.3 MB` */
export function formatBytes(sizeBytes: number): string {
  return prettyBytes(atLeastZero(sizeBytes))
}

/** `1.2 MB/s` */
export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(atLeastZero(bytesPerSecond)))}/s`
}

/** `340ms`, `1.2s`, `2m 5s` */
export function formatDuration(durationMs: number): string {
  const ms = atLeastZero(durationMs)
  return prettyMilliseconds(ms < 1_000 ? Math.round(ms) : ms, {
    secondsDecimalDigits: ms < 10_000 ? 1 : 0,
    unitCount: 2,
  })
}

/** A running clock: `0:14`, `1:02:03`; past 99 hours `>99 h`. */
export function formatClock(seconds: number): string {
  const whole = Math.round(atLeastZero(seconds))
  const hours = Math.floor(whole / 3_600)
  if (hours > 99) return '>99 h'
  const minutes = Math.floor(whole / 60) % 60
  const twoDigits = (value: number): string => String(value).padStart(2, '0')
  const rest = twoDigits(whole % 60)
  return hours > 0 ? `${String(hours)}:${twoDigits(minutes)}:${rest}` : `${String(minutes)}:${rest}`
}

/** `42 %`; 100 only when nothing is missing. */
export function formatPercent(fraction: number): string {
  return `${String(Math.floor(Math.min(1, atLeastZero(fraction)) * 100))} %`
}

/** `1 file`, `4 files` */
export function count(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`
}

function atLeastZero(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0
}
