import { expect, test } from 'vitest'
import { channelNames } from '../../../src/core/message.ts'
import { Bench, button, reply } from './bench.ts'

/** Two companies that use the same ids for everything never meet. */
export function tenantPromises(bench: () => Bench): void {
  /** A second company in the same store, with the same conversation, message, ticket and button ids. */
  const companies = async (): Promise<{ mine: Bench; theirs: Bench }> => {
    const mine = bench()
    const theirs = new Bench(mine.store, mine.clock)
    await mine.plantSample()
    await mine.answered({
      replies: [reply('For my eyes', [button('b1', 'Mine')])],
      effects: [
        { kind: 'open-ticket', ticket: 'T-1', subject: 'My subject', text: 'My note', state: 'open' },
        { kind: 'identity-failed', email: 'ada@example.com' },
        { kind: 'cancel-order', order: '1047', customer: 'c-dev' },
      ],
    })
    return { mine, theirs }
  }

  test('a company without rows sees none, through any way to read', async () => {
    const { mine, theirs } = await companies()
    const { store, tenant } = theirs
    const [replyId] = (await mine.store.conversations.transcript(mine.key()))?.replies.map(({ id }) => id) ?? []

    expect(await store.conversations.load(theirs.key())).toBeUndefined()
    expect(await store.conversations.transcript(theirs.key())).toBeUndefined()
    expect(await store.conversations.transcript(theirs.key(), replyId)).toBeUndefined()
    expect(await store.conversations.turn(theirs.key(), 'm1')).toBeUndefined()
    expect(await store.conversations.action(theirs.key(), 'b1')).toBeUndefined()
    expect(await store.tickets.find(tenant, 'T-1')).toBeUndefined()
    expect(await store.tickets.ofRequester(tenant, 'web:U1')).toEqual([])
    expect(await store.customers.byEmail(tenant, 'ada@example.com')).toBeUndefined()
    expect(await store.customers.byId(tenant, 'c-ada')).toBeUndefined()
    expect(await store.customers.records(tenant, 'c-ada')).toEqual({
      orders: [],
      payments: [],
      invoices: [],
      refunds: [],
    })
    expect(await store.customers.failedChecks(tenant, 'ada@example.com', new Date(0))).toBe(0)
    expect(await store.inbox.claim(theirs.key())).toBeUndefined()
    expect(await theirs.nextReply()).toBeUndefined()
    expect(theirs.own(await store.inbox.owed())).toEqual([])
    expect(theirs.own(await store.outbox.owed(channelNames))).toEqual([])
  })

  test('the same ids in two companies are two messages, conversations, tickets and buttons', async () => {
    const { mine, theirs } = await companies()
    await theirs.plantSample()

    await theirs.answered(
      {
        replies: [reply('Other eyes', [button('b1', 'Theirs')])],
        effects: [
          { kind: 'open-ticket', ticket: 'T-1', subject: 'Their subject', text: 'Their note', state: 'closed' },
        ],
      },
      { text: 'Theirs' },
    )

    for (const [company, replies, label, subject] of [
      [mine, ['For my eyes'], 'Mine', 'My subject'],
      [theirs, ['Other eyes'], 'Theirs', 'Their subject'],
    ] as const) {
      expect(await company.replies()).toEqual(replies)
      expect((await company.store.conversations.action(company.key(), 'b1'))?.label).toBe(label)
      const ticket = await company.store.tickets.find(company.tenant, 'T-1')
      expect([ticket?.subject, ticket?.notes.length]).toEqual([subject, 1])
      expect((await company.nextReply())?.reply.text).toBe(replies[0])
    }
    const orderOf = async ({ store, tenant }: Bench) =>
      (await store.customers.records(tenant, 'c-dev')).orders[0]?.state
    expect([await orderOf(mine), await orderOf(theirs)]).toEqual(['cancelled', 'processing'])
    expect((await theirs.store.conversations.turn(theirs.key(), 'm1'))?.message.text).toBe('Theirs')
  })

  test('a press in one company does not use the button of the other', async () => {
    const { mine, theirs } = await companies()
    await theirs.answered({ replies: [reply('Theirs', [button('b1')])] })
    await theirs.accept({ id: 'p1', pressed: 'b1' })

    expect(await mine.store.inbox.accept(mine.message({ id: 'p1', pressed: 'b1' }))).toBe('new')
  })

  test('effects reach only the records of the company that was written to', async () => {
    const { mine, theirs } = await companies()
    await theirs.plantSample()
    await theirs.carryOut({ kind: 'close-account', customer: 'c-ada' })

    expect(await mine.store.customers.byId(mine.tenant, 'c-ada')).toMatchObject({ isClosed: false })
    expect(await theirs.store.customers.byId(theirs.tenant, 'c-ada')).toMatchObject({ isClosed: true })
  })

  test('companies count their tickets separately', async () => {
    const { mine, theirs } = await companies()

    const numbers = [await mine.store.tickets.nextId(mine.tenant), await theirs.store.tickets.nextId(theirs.tenant)]

    expect(numbers).toEqual(['T-1', 'T-1'])
  })
}
