import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** One mail as a real server took it. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly isEncrypted: boolean
  readonly user: string
  readonly raw: string
  readonly parsed: ParsedMail
}

export interface MailServer {
  readonly port: number
  readonly received: readonly ReceivedMail[]
  /** Every user and password that was tried. */
  readonly logins: readonly string[]
  stop(): Promise<void>
}

export const MAIL_USER = 'otter@example.org'
export const MAIL_PASSWORD = 'app password & 7731=quince'

/**
 * A mail server on a free loopback port that takes one user; `replies` are the codes it answers to the first mails in the
 * place of 250.
 */
export async function startMailServer(
  options: SMTPServerOptions,
  replies: readonly number[] = [],
): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const logins: string[] = []
  const left = [...replies]
  const server = new SMTPServer({
    disableReverseLookup: true,
    closeTimeout: 100,
    ...options,
    onAuth({ username = '', password = '' }, _session, done) {
      logins.push(`${username} ${password}`)
      if (username === MAIL_USER && password === MAIL_PASSWORD) done(null, { user: username })
      else done(Object.assign(new Error('5.7.8 credentials rejected'), { responseCode: 535 }))
    },
    onData(stream, session, done) {
      void (async () => {
        const raw = await buffer(stream)
        const refusal = left.shift()
        if (refusal !== undefined) {
          done(Object.assign(new Error('not now, or never'), { responseCode: refusal }))
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : '',
          raw: raw.toString(),
          parsed: await simpleParser(raw),
        })
        done()
      })()
    },
  })
  // What a client that goes away in the middle leaves is no fault of a test.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    logins,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
      }),
  }
}
