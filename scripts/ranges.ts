import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/**
 * Writes the head of an answer to a request for a file or a range of it.
 * @param validators - what tells one version of the file from another: `etag`, `last-modified`
 * @returns the first and the last byte to send; null when there is nothing to send, and the answer is over
 */
export function answerRange(
  request: IncomingMessage,
  response: ServerResponse,
  sizeBytes: number,
  validators: OutgoingHttpHeaders,
): { readonly start: number; readonly end: number } | null {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const start = Number(range?.[1] ?? 0)
  const end = range?.[2] ? Math.min(Number(range[2]), sizeBytes - 1) : sizeBytes - 1
  if (start > end) {
    response.writeHead(416, { 'content-range': `bytes */${String(sizeBytes)}` }).end()
    return null
  }
  response.writeHead(range === null ? 200 : 206, {
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    ...validators,
    ...(range === null ? {} : { 'content-range': `bytes ${String(start)}-${String(end)}/${String(sizeBytes)}` }),
  })
  if (request.method !== 'HEAD') return { start, end }
  response.end()
  return null
}
