import { invalid, parseAddress, type Address } from './address.ts'
import type { Channel } from './channel.ts'
import { discord } from './discord.ts'
import { ntfy } from './ntfy.ts'
import { smtp } from './smtp.ts'
import { telegram } from './telegram.ts'
import { webhook } from './webhook.ts'

/** Each way by the scheme of its URL. */
const WAYS: Readonly<Record<string, (address: Address) => Channel>> = {
  smtp,
  smtps: smtp,
  telegram,
  discord,
  ntfy,
  webhook,
}
const MOST_CHANNELS = 10

/** A mail account, for those who write no URL. */
export interface MailSettings {
  /** `smtp.example.org` or `smtp.example.org:465`. */
  readonly host: string
  readonly user: string
  readonly password: string
  readonly from: string | undefined
  readonly to: string | undefined
}

/**
 * The ways that configuration names, each once. Opens nothing.
 * @throws VaultError NOTIFY_INVALID, which names the URL and its part and shows neither
 */
export function channelsOf(urls: readonly string[], mail: MailSettings | null): Channel[] {
  const channels = urls.map((url, index) => channelOf(url, urls.length === 1 ? 'notify' : `notify (${ordinal(index)})`))
  if (mail !== null) channels.push(channelOf(mailUrl(mail), 'the mail settings'))
  if (channels.length > MOST_CHANNELS) {
    throw invalid('notify', `There are more than ${String(MOST_CHANNELS)} ways to be told.`, 'Leave some out.')
  }
  return [...new Map(channels.map((channel) => [channel.key, channel])).values()]
}

function channelOf(url: string, place: string): Channel {
  const address = parseAddress(url, place)
  const way = Object.hasOwn(WAYS, address.scheme) ? WAYS[address.scheme] : undefined
  if (way !== undefined) return way(address)
  throw address.refuse(
    'scheme',
    'is no way to be told',
    `Known are: ${Object.keys(WAYS).join(', ')}. A Discord webhook begins with discord: in the place of https:, any other with webhook:.`,
  )
}

function mailUrl({ host, user, password, from, to }: MailSettings): string {
  const parameters = Object.entries({ from, to }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  const login = user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`
  return `smtp://${login}${host}/?${parameters.join('&')}`
}

/** `1st of them` would need a language: `URL 1`. */
function ordinal(index: number): string {
  return `URL ${String(index + 1)}`
}
