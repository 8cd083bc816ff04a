import { expect, test } from 'vitest'
import { EffectConflictError } from '../../../src/core/errors.ts'
import type { Bench } from './bench.ts'

/** Tickets have a number nobody else gets, move only from where they stand, and keep every note. */
export function ticketPromises(bench: () => Bench): void {
  test('50 tickets opened at once get 50 numbers', async () => {
    const { store, tenant } = bench()

    const ids = await Promise.all(Array.from({ length: 50 }, () => store.tickets.nextId(tenant)))

    expect(new Set(ids).size).toBe(50)
    expect(ids).toContain('T-1')
    expect(ids).toContain('T-50')
  })

  test('a number is not given again when its turn failed', async () => {
    await bench().accept()
    const claim = await bench().claim()
    const ticket = await bench().store.tickets.nextId(bench().tenant)
    const opening = { kind: 'open-ticket', ticket, subject: 'S', text: 'T', state: 'open' } as const
    await expect(
      bench().complete(claim, { effects: [opening, { kind: 'cancel-order', order: 'none', customer: 'c-ada' }] }),
    ).rejects.toThrow(EffectConflictError)

    expect(await bench().store.tickets.nextId(bench().tenant)).not.toBe(ticket)
  })

  test('a ticket is found as it was opened, with its notes in order', async () => {
    const ticket = await bench().openTicket({ subject: 'Cracked lid', text: 'It arrived so.', state: 'waiting-team' })
    const openedAt = bench().clock.at
    bench().later(1500)
    await bench().carryOut({ kind: 'add-note', ticket, text: 'Second' }, { kind: 'add-note', ticket, text: 'Third' })

    const found = await bench().store.tickets.find(bench().tenant, ticket)

    expect(found).toMatchObject({
      id: ticket,
      subject: 'Cracked lid',
      state: 'waiting-team',
      requester: 'web:U1',
      openedAt,
    })
    expect(found?.notes).toEqual([
      { by: 'web:U1', text: 'It arrived so.', at: openedAt },
      { by: 'web:U1', text: 'Second', at: bench().clock.at },
      { by: 'web:U1', text: 'Third', at: bench().clock.at },
    ])
  })

  test('a ticket that moved meanwhile does not move again, and the note beside it is not kept', async () => {
    const ticket = await bench().openTicket()
    await bench().carryOut({ kind: 'move-ticket', ticket, from: 'open', to: 'solved' })

    const late = bench().carryOut(
      { kind: 'add-note', ticket, text: 'Close it' },
      { kind: 'move-ticket', ticket, from: 'open', to: 'closed' },
    )

    await expect(late).rejects.toThrow(EffectConflictError)
    const found = await bench().store.tickets.find(bench().tenant, ticket)
    expect(found?.state).toBe('solved')
    expect(found?.notes).toHaveLength(1)
  })

  test.each(['solved', 'closed'] as const)('a ticket that is %s gets no note', async (state) => {
    const ticket = await bench().openTicket()
    await bench().carryOut({ kind: 'move-ticket', ticket, from: 'open', to: state })

    await expect(bench().carryOut({ kind: 'add-note', ticket, text: 'Too late' })).rejects.toThrow(EffectConflictError)
    expect((await bench().store.tickets.find(bench().tenant, ticket))?.notes).toHaveLength(1)
  })

  test('a note directly after the opening is kept, also of a ticket that is closed from the start', async () => {
    const ticket = await bench().store.tickets.nextId(bench().tenant)

    await bench().carryOut(
      { kind: 'open-ticket', ticket, subject: 'S', text: 'First', state: 'closed' },
      { kind: 'add-note', ticket, text: 'Second' },
    )

    const notes = (await bench().store.tickets.find(bench().tenant, ticket))?.notes ?? []
    expect(notes.map(({ text }) => text)).toEqual(['First', 'Second'])
  })

  test('a number that is taken is a conflict, not a second ticket', async () => {
    const ticket = await bench().openTicket()

    const again = bench().carryOut({ kind: 'open-ticket', ticket, subject: 'Other', text: 'Other', state: 'open' })

    await expect(again).rejects.toThrow(EffectConflictError)
    expect((await bench().store.tickets.find(bench().tenant, ticket))?.subject).toBe('Cracked')
  })

  test('the tickets of a requester are listed newest first, at most 50, and no one else’s', async () => {
    for (let count = 0; count < 51; count += 1) {
      await bench().openTicket()
      bench().later(1000)
    }
    const foreign = await bench().store.tickets.nextId(bench().tenant)
    await bench().answered(
      { effects: [{ kind: 'open-ticket', ticket: foreign, subject: 'S', text: 'T', state: 'open' }] },
      { author: { id: 'U2' }, conversation: 'theirs' },
    )

    const ids = (await bench().store.tickets.ofRequester(bench().tenant, 'web:U1')).map(({ id }) => id)

    expect(ids).toEqual(Array.from({ length: 50 }, (_, index) => `T-${51 - index}`))
  })
}
