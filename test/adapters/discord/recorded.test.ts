import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { storeInto } from '../../contracts/channel.ts'
import { call } from '../../servers/discord/signature.ts'
import { managed, payloads } from './stand.ts'

const wait = { timeout: 10_000, interval: 5 }
const { startServer, openWhole } = managed()
const data = process.env['TUPPENCE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const botId = '900000000000000001'

/** Payloads that Discord really sent, and hostile shapes, with our bot in the place of theirs. They are not part of the repository. */
function samplesOf(name: string): readonly unknown[] {
  if (name === ownPayloads) return Object.values(payloads)
  const text = readFileSync(`${data}/${name}`, 'utf8')
  const application = /"applicationId": ?"(\d+)"/.exec(text)?.[1]
  const file = JSON.parse(application === undefined ? text : text.replaceAll(application, botId))
  return [...Object.values(file), ...(file.bad ?? [])].flatMap((sample) => [
    sample,
    Object(sample).d,
    Object(sample).data,
  ])
}

const types = ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE', 'INTERACTION_CREATE', 'THREAD_CREATE']
const ownPayloads = 'what we wrote after the documentation'
const files = globSync(['recorded/discord/*.json', 'hostile/discord/*.json'], { cwd: data })

test.each([ownPayloads, ...files])(
  '%s hurts nobody over the gateway and as signed requests, and the next message is handled',
  async (name) => {
    const server = await startServer()
    const events: ChannelEvent[] = []
    const { channel, receive } = await openWhole(server, { publicKey: server.publicKey })
    await channel.start(storeInto(events))
    if (receive === undefined) throw new Error('nobody receives')

    for (const sample of samplesOf(name)) {
      for (const type of types) server.gateway.dispatch(type, sample)
      const response = await call(receive, JSON.stringify(sample) ?? '', server.signature)
      expect([200, 400]).toContain(response.status)
    }
    server.dispatch('MESSAGE_CREATE', { ...payloads.directMessage, id: '1500000000000000001' })

    await vi.waitFor(() => {
      const message = expect.objectContaining({ id: 'discord:1500000000000000001' })
      expect(events).toContainEqual(expect.objectContaining({ kind: 'message', message }))
    }, wait)
    expect(server.posts).toEqual([])
  },
)

if (files.some((name) => name.startsWith('recorded/'))) {
  test('the mention and the press that Discord recorded are a message and an action', async () => {
    const server = await startServer()
    const events: ChannelEvent[] = []
    const { channel } = await openWhole(server)
    await channel.start(storeInto(events))
    const recorded = files.filter((name) => name.startsWith('recorded/')).flatMap((name) => samplesOf(name))

    for (const sample of recorded) {
      if (Object(sample).content !== undefined) server.dispatch('MESSAGE_CREATE', sample)
      if (Object(sample).token !== undefined) server.dispatch('INTERACTION_CREATE', sample)
    }

    await vi.waitFor(() => expect(events).toHaveLength(2), wait)
    expect(events).toContainEqual(expect.objectContaining({ kind: 'message', isAddressed: true }))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'action' }))
  })
}
