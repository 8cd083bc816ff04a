import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { toDiscord } from '../../adapters/discord/components.ts'
import { toBlocks } from '../../adapters/slack/blocks.ts'
import { defang, permitted, readReply } from '../../src/core/links.ts'
import { linesOf } from '../../src/core/markup.ts'
import { endNote } from '../../src/core/split.ts'

const page = readFileSync(new URL('../../docs/rendering.md', import.meta.url), 'utf8')
const rules = { linkHosts: new Set(['help.example.com', 'help.example']), sentences: { cancel: 'Cancel' } }

test('the page says how many messages a long reply becomes', () => {
  for (const [characters, name] of [
    [4000, '4,000 characters'],
    [40_000, '40,000 characters'],
  ] as const) {
    const reply = { text: 'word '.repeat(characters / 5), actions: [], audience: 'customer' } as const
    const [slack, discord] = [toBlocks(reply, rules).length, toDiscord(reply, rules).length]

    expect(page).toMatch(new RegExp(`\\| ${name} +\\| ${slack} messages? +\\| ${discord} messages?`))
  }
})

test('the page shows a refused address, a label that names another place and an end as they are printed', () => {
  const bot = { ...rules, isPerson: false }
  const [block] = readReply({ text: '[https://bank.example](https://help.example)' }, rules.linkHosts)
  const label = block === undefined ? '' : linesOf(block).flat()[0]?.text

  expect(page).toContain(`\`${defang('https://evil.example/x', bot)}\``)
  expect(page).toContain(`“${label}”`)
  expect(page).toContain(`“${endNote(12_345)}”`)
  expect(permitted('https://www.help.example.com/', bot)).toBeUndefined()
})
