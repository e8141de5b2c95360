import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { leaks } from '../support/canary.ts'
import { makeCertificate } from '../support/certificate.ts'
import { MAIL_PASSWORD, MAIL_USER, startMailServer } from '../support/mail.ts'
import { startReceiver } from '../support/receiver.ts'
import { generateFile, startSwarm } from '../support/swarm.ts'
import { openTestVault } from '../support/vault.ts'

const PASSPHRASE = 'canary-passphrase-7731-otter-quince'
const NAME = 'canary-name-5512'
const SECRET = `whsec_${Buffer.from('canary key 3317 of thirty-two by').toString('base64')}`
const TOKEN = 'canary-token_8842'

let scratch: string
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'notices-'))
  vi.stubEnv('XDG_STATE_HOME', join(scratch, 'state'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(scratch, { recursive: true })
})

test('a run tells by mail and webhook how it ended; one way that is down holds nothing up, and nobody learns a secret or a name', async () => {
  await generateFile(join(scratch, 'content', `${NAME}.bin`), 2_000_000, 'canary')
  await generateFile(join(scratch, 'content', 'other.bin'), 500_000, 'other')
  const certificate = await makeCertificate()
  const [swarm, mail, hook, down] = await Promise.all([
    startSwarm({ content: join(scratch, 'content') }),
    startMailServer(certificate),
    startReceiver(),
    startReceiver(),
  ])
  await down.stop()
  const login = `${encodeURIComponent(MAIL_USER)}:${encodeURIComponent(MAIL_PASSWORD)}`
  const { vault, events, shown, close } = await openTestVault({
    remote: join(scratch, 'remote'),
    passphrase: PASSPHRASE,
    notify: [
      `smtp://${login}@127.0.0.1:${String(mail.port)}/?to=me@example.org&ca=${certificate.path}`,
      `webhook://${hook.host}/canary-path?secret=${SECRET}`,
      `telegram://123456:${TOKEN}@${down.host}/7`,
    ],
    notifyOn: 'start failure done',
  })

  const report = await vault.run([swarm.magnet, 'magnet:?xt=urn:btih:nothing'])
  expect(report.status).toBe('failed')
  const id = report.items.find((item) => item.status === 'done')?.id ?? ''
  const tried = await vault.notify()
  expect(tried).toMatchObject([
    { way: 'mail by 127.0.0.1', isDelivered: true, error: null },
    { way: 'webhook at 127.0.0.1', isDelivered: true, error: null },
    { way: 'Telegram by 127.0.0.1', isDelivered: false, error: { code: 'NOTIFY_UNAVAILABLE' } },
  ])
  await close()

  const kinds = hook.posts.map(({ body }) => (JSON.parse(body) as { readonly type: string }).type)
  expect(kinds.sort()).toEqual([
    'vaultstream.ended',
    'vaultstream.item-failed',
    'vaultstream.started',
    'vaultstream.test',
  ])
  expect(mail.received.map(({ parsed }) => parsed.subject).sort()).toEqual([
    'VaultStream: 1 failed, 1 of 2 items stored and proven',
    'VaultStream: a test: notices arrive this way',
    'VaultStream: an item failed, the others go on',
    'VaultStream: run started, 2 items',
  ])
  const end = mail.received.find(({ parsed }) => parsed.subject?.includes('1 failed'))
  expect(end?.parsed.text).toContain(`${id}: done, 2.5 MB, 2 files, `)
  expect(end?.parsed.text).toContain('validate, line 2: MAGNET_INVALID.')

  // Three notices for the way that was down.
  const outbox = join(scratch, 'state', 'vaultstream', 'outbox')
  expect(await readdir(outbox)).toHaveLength(3)
  const secrets = [PASSPHRASE, MAIL_PASSWORD, encodeURIComponent(MAIL_PASSWORD), SECRET.slice(6), TOKEN]
  const words = [...secrets, NAME, 'canary-path', '127.0.0.1', 'example.org']
  expect(await leaks(outbox, words)).toEqual([])
  const arrived = JSON.stringify([hook.posts, mail.received])
  for (const word of [...secrets, NAME]) expect(arrived).not.toContain(word)
  const told = JSON.stringify([events, shown, report, tried])
  for (const word of secrets) expect(told).not.toContain(word)
  await Promise.all([swarm.stop(), mail.stop(), hook.stop()])
  await rm(certificate.folder, { recursive: true })
})

test('names are told where that was asked for, and a run that cannot be done is told by its code', async () => {
  const hook = await startReceiver()
  await generateFile(join(scratch, 'content', `${NAME}.bin`), 100_000, 'canary')
  await generateFile(join(scratch, 'content', 'other.bin'), 100_000, 'other')
  const swarm = await startSwarm({ content: join(scratch, 'content') })
  const notify = `webhook://${hook.host}/?secret=${SECRET}`
  const named = await openTestVault({ remote: join(scratch, 'remote'), notify, notifyNames: true })
  expect((await named.vault.run(swarm.magnet)).status).toBe('done')
  await named.close()
  expect(JSON.parse(hook.posts[0]?.body ?? '')).toMatchObject({ data: { items: [{ name: 'content' }] } })

  vi.stubEnv('PATH', join(scratch, 'no-tools'))
  const broken = await openTestVault({ remote: join(scratch, 'remote'), notify })
  await expect(broken.vault.run(swarm.magnet)).rejects.toMatchObject({ code: 'TOOL_MISSING' })
  await broken.close()
  expect(JSON.parse(hook.posts[1]?.body ?? '')).toMatchObject({
    type: 'vaultstream.broken',
    data: { problem: { code: 'TOOL_MISSING', stage: 'setup' } },
  })
  await Promise.all([swarm.stop(), hook.stop()])
})

test('a way that hangs delays neither report nor end; one that refuses is a warning, told at the latest when the vault closes', async () => {
  const outbox = join(scratch, 'state', 'vaultstream', 'outbox')
  const [hook, hanging] = await Promise.all([startReceiver([403, 403]), startReceiver(['hangs'])])
  const { vault, events, close } = await openTestVault({
    remote: join(scratch, 'remote'),
    notify: [hanging, hook].map(({ host }, index) => `webhook://${host}/${String(index)}?secret=${SECRET}`),
    notifyOn: ['start', 'done'],
  })
  const report = await vault.run('http://127.0.0.1:9/none')
  expect(report.status).toBe('failed')
  // Its first notice is still under way, and the second behind it: were the process to end now, both would be kept.
  expect(hanging.posts).toHaveLength(1)
  expect((await readdir(outbox)).length).toBeGreaterThanOrEqual(2)
  const startedAt = performance.now()
  await close()
  expect(performance.now() - startedAt).toBeLessThan(12_000)
  expect(await readdir(outbox)).toHaveLength(2)
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
  const refused = warnings.filter((message) => message.startsWith('webhook at 127.0.0.1: the server does not accept'))
  expect(refused).toHaveLength(2)
  expect(hook.posts).toHaveLength(2)
  await Promise.all([hook.stop(), hanging.stop()])
})
