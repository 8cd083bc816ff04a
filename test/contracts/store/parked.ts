import { expect, test } from 'vitest'
import type { BudgetDay } from '../../../src/core/budget.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { Outcome } from '../../../src/core/outcome.ts'
import type { ParkedDecision, ParkedResult } from '../../../src/core/parked.ts'
import { conversationOf, longerThanALease, receiptOf, reply, type Bench } from './bench.ts'

const decisions = ['replay', 'discard'] as const
const reason = { reason: 'TypeError', fault: 'cannot read properties of undefined', tries: 1 }

/** What cannot be answered is on record, and answered anew, or given up, once. */
export function parkedPromises(bench: () => Bench): void {
  test('a parked message is on record with its reason, tries and ticket, and its traces tell what was done', async () => {
    const ticket = await parked(bench())
    bench().later(1000)
    await bench().accept()

    const [listed] = await bench().store.parked.list(bench().tenant, 'parked')
    const found = await bench().store.parked.find(bench().tenant, 'm1')

    const expected = { ...reason, message: 'm1', channel: 'web', conversation: 'talk', replays: 0, ticket }
    expect(listed).toMatchObject({ ...expected, state: 'parked', text: 'Where is my order?' })
    expect(found).toMatchObject(expected)
    expect(found?.traces).toMatchObject({
      replies: [{ state: 'owed' }],
      ticket: { id: ticket, state: 'waiting-team', isOwn: true },
      with: 'bot',
      later: { answered: 0, owed: 1 },
    })
  })

  test('a replay makes the same message owed again with all its tries, before what was written after it', async () => {
    await parked(bench())
    await bench().accept()

    const result = await decide(bench(), 'replay')
    const claim = await bench().claim()

    expect(result).toBe('done')
    expect((await bench().store.conversations.turn(bench().key(), 'm1'))?.receipt).toBeUndefined()
    expect(claim).toMatchObject({ message: { id: 'm1' }, attempt: 2, tries: 1, lost: 0, replays: 1 })
    expect(await bench().store.parked.list(bench().tenant, 'parked')).toEqual([])
    expect(await bench().store.parked.list(bench().tenant, 'all')).toMatchObject([
      { state: 'replayed', replays: 1, closed: { by: 'cli:ada' } },
    ])
  })

  test('of ten decisions at once about a message one counts, and is on the audit record once', async () => {
    await parked(bench())
    const wishes = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? decisions[0] : decisions[1]))

    const results = await Promise.all(wishes.map((wish, n) => decide(bench(), wish, { id: `entry-${n}` })))

    expect(results.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'closed'), 'done'])
    const [row, ...others] = await bench().store.audit.newest(bench().tenant)
    expect(row).toMatchObject({ by: 'cli:ada', place: 'm1', from: 'parked' })
    expect(others).toEqual([])
    expect(await bench().store.audit.verify(bench().tenant)).toEqual({ kind: 'whole', rows: 1 })
  })

  test('a discarded message is owed to nobody, and an unknown one is told as such', async () => {
    await parked(bench())

    expect(await decide(bench(), 'discard')).toBe('done')
    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
    expect(await decide(bench(), 'replay', { id: 'later' })).toBe('closed')
    expect(await decide(bench(), 'replay', { id: 'other', message: 'm99' })).toBe('unknown')
  })

  test('the answer after a replay takes the place of the apology in the receipts, and finds the ticket that was opened', async () => {
    const ticket = await parked(bench())
    await decide(bench(), 'replay')
    const claim = await bench().claim()

    const found = await bench().store.tickets.nextId(bench().tenant, claim.message.id)
    await bench().complete(claim, {
      ...openingOf(claim.message.text, found),
      receipt: { ...receiptOf(claim.message), wouldHaveCost: 7 as MicroDollars },
    })

    expect(found).toBe(ticket)
    expect((await bench().store.tickets.find(bench().tenant, ticket))?.notes).toHaveLength(1)
    const turn = await bench().store.conversations.turn(bench().key(), 'm1')
    expect(turn).toMatchObject({ isAnswered: true, receipt: { wouldHaveCost: 7 } })
    expect(turn?.replies).toHaveLength(2)
  })

  test('a ticket that was solved meanwhile is opened again, and no second one', async () => {
    const ticket = await parked(bench())
    await bench().carryOut({ kind: 'move-ticket', ticket, from: 'waiting-team', to: 'solved' })
    await decide(bench(), 'replay')
    const claim = await bench().claim()

    await bench().complete(claim, openingOf(claim.message.text, ticket))

    expect(await bench().store.tickets.find(bench().tenant, ticket)).toMatchObject({ state: 'waiting-team' })
  })

  test('a message that fails after its replay is parked anew under its ticket, and told of again', async () => {
    const ticket = await parked(bench())
    await tell(bench())
    await decide(bench(), 'replay')

    const again = { reason: 'attempts-used-up', fault: 'once more', tries: 5 }
    await bench().complete(await bench().claim(), { parked: again, replies: [], effects: [] })

    expect(await bench().store.parked.untold(bench().tenant)).toMatchObject([
      { ...again, message: 'm1', state: 'parked', replays: 1, ticket },
    ])
    expect(await decide(bench(), 'replay', { id: 'second' })).toBe('done')
  })

  test('what several tell at once is told by one of them, and not told again', async () => {
    await parked(bench())

    const before = await bench().store.parked.untold(bench().tenant)
    const told = await Promise.all([tell(bench()), tell(bench()), tell(bench())])

    expect(before.map(({ message }) => message)).toEqual(['m1'])
    expect(told.flat()).toEqual(['m1'])
    expect(await bench().store.parked.untold(bench().tenant)).toEqual([])
  })

  test('while a later message of the conversation is answered, one that is replayed waits for it', async () => {
    await parked(bench())
    await bench().accept()
    const later = await bench().claim()

    await decide(bench(), 'replay')
    const meanwhile = await bench().store.inbox.claim(bench().key())
    const owedMeanwhile = bench().own(await bench().store.inbox.owed())
    await bench().complete(later)

    expect(meanwhile).toBeUndefined()
    expect(owedMeanwhile).toEqual([])
    expect(bench().own(await bench().store.inbox.owed())).toEqual(['talk'])
    expect((await bench().claim()).message.id).toBe('m1')
  })

  test('a worker that is gone is counted, one that gives the message back is not', async () => {
    await bench().accept()
    await bench().store.inbox.postpone(await bench().claim(), bench().clock.at)
    await bench().claim()
    bench().later(longerThanALease)

    expect(await bench().claim()).toMatchObject({ attempt: 3, tries: 3, lost: 1 })
  })
}

/** The first message, parked with an apology and a ticket of its own. */
async function parked(bench: Bench): Promise<string> {
  const message = await bench.accept()
  const ticket = await bench.store.tickets.nextId(bench.tenant)
  await bench.complete(await bench.claim(), {
    ...openingOf(message.text, ticket),
    conversation: { ...conversationOf(message), ticket },
    replies: [reply('I am sorry.')],
    parked: reason,
  })
  return ticket
}

/** Tells of what nobody was told yet; gives the ids of it. */
async function tell({ store, tenant }: Bench): Promise<readonly string[]> {
  const told: string[] = []
  await store.parked.tell(tenant, (first, all) => {
    told.push(...all.map(({ message }) => message))
    const alert = {
      tenant,
      day: '2026-11-21' as BudgetDay,
      scope: first.message,
      level: 'parked',
      text: 'told',
    } as const
    return { alert, targets: [] }
  })
  return told
}

function openingOf(text: string, ticket: string): Pick<Outcome, 'effects'> {
  return { effects: [{ kind: 'open-ticket', ticket, subject: 'An order', text, state: 'waiting-team' }] }
}

async function decide(
  bench: Bench,
  decision: ParkedDecision,
  { id = 'entry', message = 'm1' }: { readonly id?: string; readonly message?: string } = {},
): Promise<ParkedResult> {
  const wish = { tenant: bench.tenant, message, decision }
  return await bench.store.parked.decide(wish, { id, at: bench.clock.at, by: 'cli:ada' })
}
