import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { profileNames, profiles } from '../../src/routing/profile.ts'

const page = readFileSync(new URL('../../docs/profiles.md', import.meta.url), 'utf8')

/** How the table of the page says what a profile is as data. */
const words = {
  classifies: { none: 'no', ambiguous: 'what the rules are unsure of', unsettled: 'all that no rule settled' },
  local: { never: 'never', 'in-tier': "in their tier's turn", first: 'first' },
  cloud: { never: 'never', 'in-tier': "in their tier's turn", 'with-reason': 'for a reason' },
} as const

test('the table of docs/profiles.md says what every profile does', () => {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )

  expect(rows).toEqual(
    profileNames.map((name) => {
      const { classifies, purposes, local, cloud } = profiles[name]
      const isOnly = local === 'first' && cloud === 'never'
      return [
        name,
        words.classifies[classifies],
        purposes.includes('answer') ? 'by effort' : 'no',
        purposes.includes('advanced') ? 'yes' : 'no',
        isOnly ? 'only' : words.local[local],
        words.cloud[cloud],
      ]
    }),
  )
})
