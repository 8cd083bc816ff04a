import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { permissions } from '../../adapters/discord/invite.ts'
import { slackScopes } from '../../adapters/slack/manifest.ts'

/** The first cells of a table's rows, without their marks. */
function firstCells(page: string, head: string): readonly string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  const table = text.slice(text.indexOf(`| ${head}`)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(2)
    .map((row) => (row.split('|')[1] ?? '').replaceAll('`', '').trim())
}

test('the page on Slack explains every scope the app asks for, and no other', () => {
  expect(firstCells('connect-slack.md', 'Scope')).toEqual(slackScopes.map(({ name }) => name))
})

test('the page on Discord explains every permission the invitation asks for, and no other', () => {
  expect(firstCells('connect-discord.md', 'Permission')).toEqual(permissions.map(({ name }) => name))
})
