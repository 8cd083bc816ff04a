import { expect, test } from 'vitest'
import { isLive, mayMove, type TicketState } from '../../../src/core/ticket.ts'

const states: readonly TicketState[] = ['open', 'waiting-customer', 'waiting-team', 'solved', 'closed']

/** A row is where a ticket stands, a column where it wants to go, in the order of `states`. */
const allowed = `
  open              - yes yes yes yes
  waiting-customer  yes - yes yes yes
  waiting-team      yes yes - yes yes
  solved            yes no no - yes
  closed            yes no no no -`

const moves = allowed
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [from = '', ...cells] = line.trim().split(/\s+/)
    return states.map((to, column) => ({ from: from as TicketState, to, may: cells[column] === 'yes' }))
  })

test.each(moves)('from $from to $to: $may', ({ from, to, may }) => {
  expect(mayMove(from, to)).toBe(may)
})

test('somebody works on a ticket until it is solved or closed', () => {
  expect(states.filter(isLive)).toEqual(['open', 'waiting-customer', 'waiting-team'])
})
