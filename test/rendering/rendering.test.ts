import { expect, test } from 'vitest'
import { toDiscord } from '../../adapters/discord/components.ts'
import { toBlocks } from '../../adapters/slack/blocks.ts'
import type { Reply, ReplyAction } from '../../src/core/reply.ts'
import { judgeDiscord } from './discord-judge.ts'
import { discordLimits, markdownOf } from './discord-limits.ts'
import type { Allowed, Finding } from './finding.ts'
import { collectedTexts, hostileTexts } from './hostile-texts.ts'
import { judgeSlack } from './slack-judge.ts'
import { slackLimits } from './slack-limits.ts'

const hosts = new Set(['help.example'])

/** What the judges and the checks of limits say about a reply on both platforms. */
function judge(reply: Reply): Finding[] {
  const allowed: Allowed = { hosts, isPerson: reply.from !== undefined }
  const findings: Finding[] = []
  for (const part of toBlocks(reply, { linkHosts: hosts, sentences: { cancel: 'Cancel' } }))
    findings.push(...judgeSlack(part, allowed), ...slackLimits(part))
  for (const part of toDiscord(reply, { linkHosts: hosts, isCard: reply.audience === 'staff' }))
    findings.push(...judgeDiscord(markdownOf(part), allowed), ...discordLimits(part))
  return findings
}

function replyOf(text: string, index: number): Reply {
  const actions: readonly ReplyAction[] =
    index % 10 === 0 ? [{ id: 'a', label: text, confirm: text, meaning: { kind: 'person' } }] : []
  const from = index % 7 === 0 ? { from: 'slack:T1:U1' } : {}
  return { text, actions, audience: index % 5 === 0 ? 'staff' : 'customer', ...from }
}

const seed = Number(process.env['TUPPENCE_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

test(`of 100,000 generated texts none notifies, leads elsewhere, shows a preview or is refused (seed ${seed})`, () => {
  const escaped: unknown[] = []
  let count = 0

  for (const text of hostileTexts(seed)) {
    count += 1
    const findings = judge(replyOf(text, count))
    if (findings.length > 0) escaped.push({ text: text.slice(0, 300), findings: findings.slice(0, 3) })
    if (count === 100_000 || escaped.length === 5) break
  }

  expect(escaped).toEqual([])
  expect(count).toBe(100_000)
}, 120_000)

test('no text of the collections of hostile strings does either', () => {
  const escaped = collectedTexts().flatMap((text, index) => {
    const findings = judge(replyOf(text, index))
    return findings.length === 0 ? [] : [{ text, findings }]
  })

  expect(escaped).toEqual([])
})
