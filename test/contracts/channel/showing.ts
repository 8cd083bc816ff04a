import { expect, test } from 'vitest'
import { ChannelError } from '../../../src/core/errors.ts'
import type { ReplyAction } from '../../../src/core/reply.ts'
import { limit, type PlatformStand, postOf, replyOf, storeInto } from './stand.ts'

const hostileText = [
  '<!channel> <!here> <!everyone> <@U0VICTIM> <#C0SECRET> <!subteam^S0TEAM> <!date^0^{date}^https://evil.example|x>',
  '@everyone @here <@1234567890123456789> <@!1234567890123456789> <@&1234567890123456789> <#1234567890123456789> </pay:1234567890123456789>',
  '<https://evil.example|your bank> <https://evil.example> https://evil.example/?q=secret www.evil.example',
  '[your bank](javascript:alert(1)) [x](<https://evil.example>) ![](https://evil.example/pixel.png) ||spoiler|| # shout',
  '**<!channel> @everyone** `<!here>` ``` </code> > quote',
  '- <!channel> in a list',
  '',
  '| <!channel> | @everyone |',
  '| --- | --- |',
  '| ``` <@U0VICTIM> | https://evil.example |',
  '',
  'See [our help](https://help.example/returns).',
].join('\n')

/** How replies are shown, and how it is told that one was not. */
export function showingPromises(opened: () => Promise<PlatformStand>): void {
  test('a reply is shown with its buttons and found again by its key', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const action: ReplyAction = { id: 'act-7', label: 'Talk to a person', meaning: { kind: 'person' } }

    const id = await stand.channel.send(
      postOf(stand, 'reply-1', { text: 'Your order is **on its way**.', actions: [action] }),
    )

    expect(stand.shown()).toMatchObject([{ id, buttons: ['act-7'] }])
    expect(stand.shown()[0]?.text).toContain('on its way')
    expect(await stand.channel.find('reply-1', stand.address)).toBe(id)
  })

  test('a key that was never sent is not found', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    await stand.channel.send(postOf(stand, 'reply-1'))

    expect(await stand.channel.find('reply-2', stand.address)).toBeUndefined()
  })

  test('a reply whose answer was lost is reported as perhaps shown, and found by its key', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    stand.failNextSend('lost-answer')

    const failure = await stand.channel.send(postOf(stand, 'reply-1')).catch((error: unknown) => error)

    expect(failure).toBeInstanceOf(ChannelError)
    expect(failure).toMatchObject({ retryable: true, isAmbiguous: true })
    await expect.poll(() => stand.channel.find('reply-1', stand.address), limit).toBe(stand.shown()[0]?.id)
  })

  test('a channel that only sends listens to nothing, and finds what it may have shown', async () => {
    const stand = await opened()
    await stand.channel.start()
    stand.failNextSend('lost-answer')
    await stand.channel.send(postOf(stand, 'reply-1')).catch(() => {})

    const id = await stand.channel.send(postOf(stand, 'reply-1', { mayExist: true }))

    expect(stand.shown().map((shown) => shown.id)).toEqual([id])
    expect(stand.connections()).toBe(0)
  })

  test('a reply full of mentions and links notifies nobody and holds only the link it was given', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const label = '<!channel> @everyone https://evil.example'
    const action: ReplyAction = { id: 'act-1', label, meaning: { kind: 'person' } }

    await stand.channel.send(postOf(stand, 'reply-1', { text: hostileText, actions: [action] }))

    expect(stand.shown()).toMatchObject([{ notifies: [], links: ['https://help.example/returns'] }])
  })

  test('a reply far too long is shown in part instead of being refused', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))

    const text = '**🙂** `x` [help](https://help.example/) words '.repeat(2000)

    await stand.channel.send(postOf(stand, 'reply-1', { text }))

    expect(stand.shown().at(-1)?.text).toContain('…')
  })

  test('a changed reply replaces the first, and a removed one is gone, also when removed twice', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const platformId = await stand.channel.send(postOf(stand, 'reply-1', { text: 'Looking …' }))

    await stand.channel.send({
      kind: 'edit',
      key: 'reply-1',
      address: stand.address,
      platformId,
      reply: replyOf('reply-1', 'Found it.'),
    })
    const edited = stand.shown().map(({ text }) => text)
    for (let times = 0; times < 2; times += 1)
      await stand.channel.send({ kind: 'remove', key: 'reply-1', address: stand.address, platformId })

    expect(edited).toEqual([expect.stringContaining('Found it.')])
    expect(stand.shown()).toEqual([])
  })

  test('"too many calls" says how long to wait', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    stand.failNextSend('wait-7-seconds')

    const failure = await stand.channel.send(postOf(stand, 'reply-1')).catch((error: unknown) => error)

    expect(failure).toBeInstanceOf(ChannelError)
    expect(failure).toMatchObject({ retryable: true, isAmbiguous: false, retryAfterMs: expect.closeTo(7000, -3) }) // discord.js adds 50 ms
    expect(stand.shown()).toEqual([])
  })

  test("a platform's own trouble is retryable, and may have shown the reply", async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    stand.failNextSend('platform-down')

    await expect(stand.channel.send(postOf(stand, 'reply-1'))).rejects.toMatchObject({
      code: 'channel',
      retryable: true,
      isAmbiguous: true,
    })
  })

  test('a channel that is gone is not tried again', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    stand.failNextSend('channel-gone')

    await expect(stand.channel.send(postOf(stand, 'reply-1'))).rejects.toMatchObject({
      code: 'channel',
      retryable: false,
      isAmbiguous: false,
    })
  })
}
