import { expect, test } from 'vitest'
import { deskConversation, type DeskAct, type DeskCard, type DeskChange } from '../../../src/core/desk.ts'
import { EffectConflictError } from '../../../src/core/errors.ts'
import { channelNames } from '../../../src/core/message.ts'
import { button, conversationOf, longerThanALease, reply, type Bench } from './bench.ts'

const address = { channel: 'TEAM' }

/** The team's cards: one event counts once, nobody overwrites what they have not read, and all of an act is stored or none. */
export function deskPromises(bench: () => Bench): void {
  const opening = (changes: Partial<DeskCard> = {}): DeskChange => {
    const id = changes.id ?? 'card'
    const card = {
      tenant: bench().tenant,
      id,
      kind: 'hand-over',
      conversation: 'talk',
      platform: 'slack',
      post: `${id}-post`,
      state: 'waiting',
      facts: {
        customer: { id: 'U1' },
        channel: 'web',
        said: [],
        unanswered: 1,
        isWithBot: false,
        isAcknowledged: false,
        isNoteExplained: false,
      },
      openedAt: bench().clock.at,
      ...changes,
    } as const
    return { card, address, against: 0, posts: [{ id: card.post, where: 'channel', reply: post('The card') }] }
  }
  const post = (text: string) => ({ ...reply(text), audience: 'staff' }) as const
  const acting = (event: string, changes: Partial<DeskAct>): DeskAct => ({
    tenant: bench().tenant,
    event,
    by: 'slack:ANN',
    changes: [],
    replies: [],
    ...changes,
  })
  const opened = async (changes: Partial<DeskCard> = {}): Promise<DeskCard> => {
    const change = opening(changes)
    await bench().accept()
    await bench().complete(await bench().claim(), { effects: [{ kind: 'tell-team', change }] })
    const card = await bench().store.desk.find(bench().tenant, change.card.id)
    if (card === undefined) throw new Error('the card was not stored')
    return card
  }
  const changed = ({ version, ...card }: DeskCard, next: Partial<DeskCard>): DeskChange => ({
    card: { ...card, ...next },
    address,
    against: version,
    posts: [{ id: `edit-${version}`, where: 'channel', reply: { ...post('Changed'), replaces: card.post } }],
  })
  const texts = async (conversation: string): Promise<readonly string[]> => {
    const shown: string[] = []
    for (;;) {
      const item = await bench().store.outbox.next(bench().key(conversation), channelNames)
      if (item === undefined) return shown
      shown.push(`${item.reply.text} at ${JSON.stringify(item.address)}`)
      await bench().store.outbox.delivered(item, `platform-${shown.length}`)
    }
  }

  test('a card is stored with the outcome it belongs to, and shown in the team channel', async () => {
    const card = await opened()

    expect(card).toMatchObject({ state: 'waiting', version: 1, openedAt: bench().clock.at })
    expect(await texts(deskConversation('card'))).toEqual(['The card at {"channel":"TEAM"}'])
  })

  test('what is written about a card goes into its thread once the card is shown, and not before', async () => {
    const card = await opened()
    const { against: _, ...change } = changed(card, {})
    const thread = { id: 'below', where: 'thread', reply: post('Below') } as const
    await bench().store.desk.act(acting('e1', { changes: [{ ...change, posts: [thread] }] }))

    expect(await texts(deskConversation('card'))).toEqual([
      'The card at {"channel":"TEAM"}',
      'Below at {"thread":"platform-1","channel":"TEAM"}',
    ])
    expect(await bench().store.desk.shownAs(bench().tenant, 'slack', 'platform-1')).toMatchObject({ id: 'card' })
    expect(await bench().store.desk.shownAs(bench().tenant, 'discord', 'platform-1')).toBeUndefined()
  })

  test('one event is carried out once, with everything it changes', async () => {
    const card = await opened()
    const ticket = await bench().store.tickets.nextId(bench().tenant)
    const act = acting('e1', {
      changes: [changed(card, { state: 'claimed', person: { id: 'ANN' } })],
      ticket: {
        id: ticket,
        opens: { subject: 'Lid', requester: 'web:U1', conversation: 'talk' },
        notes: ['One', 'Two'],
      },
      hand: { conversation: 'talk', to: 'person', ticket },
      replies: [reply('Ann is here', [button('back')])],
    })

    const done = [await bench().store.desk.act(act), await bench().store.desk.act(act)]

    expect(done).toEqual(['done', 'seen'])
    expect(await bench().store.desk.find(bench().tenant, 'card')).toMatchObject({ state: 'claimed', version: 2 })
    expect(await bench().replies()).toEqual(['Answer to m1', 'Ann is here'])
    expect(await bench().store.conversations.action(bench().key(), 'back')).toEqual(button('back'))
    expect(await bench().store.conversations.load(bench().key())).toMatchObject({
      state: 'person',
      ticket,
      changedHands: 1,
    })
    const kept = await bench().store.tickets.find(bench().tenant, ticket)
    expect(kept?.notes.map(({ by, text }) => `${by} ${text}`)).toEqual(['slack:ANN One', 'slack:ANN Two'])
  })

  test('whoever has not read the last change changes nothing, and may try the same event again', async () => {
    const card = await opened()
    await bench().store.desk.act(
      acting('e1', { changes: [changed(card, { state: 'claimed', person: { id: 'ANN' } })] }),
    )

    const late = acting('e2', { changes: [changed(card, { state: 'resolved' })], replies: [reply('Closed')] })
    const overtaken = await bench().store.desk.act(late)
    const [again] = await bench().store.desk.of(bench().key())
    const done =
      again && (await bench().store.desk.act(acting('e2', { changes: [changed(again, { state: 'resolved' })] })))

    expect([overtaken, done]).toEqual(['changed', 'done'])
    expect(await bench().replies()).toEqual(['Answer to m1'])
  })

  test('of many who claim at once one does', async () => {
    const card = await opened()
    const claims = Array.from({ length: 20 }, (_, index) =>
      acting(`e${index}`, { changes: [changed(card, { state: 'claimed', person: { id: `P${index}` } })] }),
    )

    const done = await Promise.all(claims.map((claim) => bench().store.desk.act(claim)))

    expect(done.filter((one) => one === 'done')).toHaveLength(1)
    expect(done.filter((one) => one === 'changed')).toHaveLength(19)
  })

  test('a conversation has one open hand-over, and one card of answers', async () => {
    await opened()
    const second = acting('e1', { changes: [opening({ id: 'second' })] })
    const answers = ['a', 'b'].map((id) =>
      acting(id, { changes: [opening({ id, kind: 'answer', state: 'watching' })] }),
    )

    expect(await bench().store.desk.act(second)).toBe('changed')
    // Which of two that come at once is first is the database's business.
    const done = await Promise.all(answers.map((one) => bench().store.desk.act(one)))
    const first = done[0] === 'done' ? 'a' : 'b'
    expect(done.toSorted()).toEqual(['changed', 'done'])
    expect((await bench().store.desk.of(bench().key())).map(({ id }) => id).toSorted()).toEqual([first, 'card'])
  })

  test('an answer begun before the conversation changed hands is refused whole', async () => {
    const card = await opened()
    await bench().accept()
    const claim = await bench().claim()
    await bench().store.desk.act(
      acting('e1', { changes: [changed(card, {})], hand: { conversation: 'talk', to: 'person' }, replies: [] }),
    )

    const stale = bench().complete(claim)

    await expect(stale).rejects.toThrow(EffectConflictError)
    expect(await bench().replies()).toEqual(['Answer to m1'])
    bench().later(longerThanALease)
    const again = await bench().claim()
    const present = await bench().store.conversations.load(bench().key())
    await bench().complete(again, { conversation: { ...conversationOf(again.message), ...present } })
    expect(await bench().replies()).toEqual(['Answer to m1', 'Answer to m2'])
  })

  test('given back to the bot, a conversation begins anew: what was said before is not read again', async () => {
    const card = await opened()
    const key = bench().key()
    await bench().store.desk.act(
      acting('e1', { changes: [changed(card, { state: 'resolved' })], hand: { conversation: 'talk', to: 'bot' } }),
    )
    const present = await bench().store.conversations.load(key)
    await bench().accept()
    const claim = await bench().claim()
    const { message } = claim
    await bench().complete(claim, { conversation: { ...conversationOf(message), ...present } })
    const next = await bench().accept()

    const before = await bench().store.conversations.before(key, next.id, 10)

    expect(before.map((turn) => turn.message.id)).toEqual([message.id])
  })

  test('a change of a card that nobody has begun to send is overtaken by the next one', async () => {
    const card = await opened()
    const acts = [
      changed(card, {}),
      {
        ...changed(card, {}),
        against: 2,
        posts: [{ id: 'last', where: 'channel', reply: { ...post('The last'), replaces: card.post } }],
      } as const,
    ]
    for (const [index, change] of acts.entries())
      await bench().store.desk.act(acting(`e${index}`, { changes: [change] }))

    expect((await texts(deskConversation('card'))).map((text) => text.split(' at')[0])).toEqual([
      'The card',
      'The last',
    ])
  })

  test('the queue holds what waits or is claimed, the oldest first, of one company only', async () => {
    await opened({ openedAt: new Date('2026-11-21T11:00:00Z') })
    const others = [
      { id: 'older', conversation: 'two', openedAt: new Date('2026-11-21T10:00:00Z') },
      { id: 'done', conversation: 'three', state: 'resolved' },
      { id: 'answers', conversation: 'four', kind: 'answer', state: 'watching' },
    ] as const
    for (const other of others) {
      await bench().answered({}, { conversation: other.conversation })
      await bench().store.desk.act(acting(other.id, { changes: [opening(other)] }))
    }

    expect((await bench().store.desk.queue(bench().tenant)).map(({ id }) => id)).toEqual(['older', 'card'])
    expect(await bench().store.desk.queue('somebody-else')).toEqual([])
  })

  test('a draft comes back as it was given, and the message one of ours answers is found', async () => {
    const { store, tenant } = bench()
    const message = await bench().answered({}, { channel: 'slack', address: { channel: 'C1' } })
    const item = await bench().nextReply()
    if (item !== undefined) await store.outbox.delivered(item, '17.5')
    const draft = { tenant, id: 'd1', author: { id: 'U1' }, ticket: 'T-1', message }

    await store.pointed.keepDraft(draft)

    expect(await store.pointed.draft(tenant, 'd1')).toEqual(draft)
    expect(await store.pointed.draft(tenant, 'd2')).toBeUndefined()
    const key = { tenant, conversation: 'talk', message: message.id }
    expect(await store.pointed.answeredBy({ tenant, channel: 'slack', address: { channel: 'C1' } }, '17.5')).toEqual(
      key,
    )
    expect(
      await store.pointed.answeredBy({ tenant, channel: 'slack', address: { channel: 'C2' } }, '17.5'),
    ).toBeUndefined()
  })

  test('drafts and strays are forgotten after a day, and which events the team was heard in after thirty', async () => {
    const { store, tenant, clock } = bench()
    const message = bench().message({ channel: 'slack', conversation: 'lunch' })
    const act = acting('e1', {})
    const look = async (): Promise<readonly unknown[]> => [
      (await store.pointed.draft(tenant, 'd1')) === undefined,
      (await store.strays.of(tenant, 'slack', '77.1')).length,
      await store.desk.act(act),
    ]
    await opened()
    await store.outbox.next(bench().key(deskConversation('card')), channelNames) // and nobody tells what became of it
    await store.strays.keep(message, '77.1')
    await store.pointed.keepDraft({ tenant, id: 'd1', author: { id: 'U1' }, ticket: 'T-1', message })
    await store.desk.act(act)

    const looks: (readonly unknown[])[] = []
    for (const hours of [23, 2, 30 * 24]) {
      clock.at = new Date(clock.at.getTime() + hours * 3_600_000)
      await store.forgetOld()
      looks.push(await look())
    }

    expect(looks).toEqual([
      [false, 1, 'seen'],
      [true, 0, 'seen'],
      [true, 0, 'done'],
    ])
  })
}
