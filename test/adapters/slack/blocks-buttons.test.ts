import { describe, expect, test } from 'vitest'
import { toBlocks, toHomeView, type SlackPart } from '../../../adapters/slack/blocks.ts'
import type { Reply, ReplyAction } from '../../../src/core/reply.ts'

const rules = { linkHosts: new Set(['help.example']), sentences: { cancel: 'Rather not' } }
const person = { kind: 'person' } as const

function partsOf(reply: Partial<Reply>): readonly [SlackPart, ...SlackPart[]] {
  return toBlocks({ text: '', actions: [], audience: 'customer', ...reply }, rules)
}

function blocksOf(reply: Partial<Reply>): SlackPart['blocks'] {
  return partsOf(reply).flatMap(({ blocks }) => blocks)
}

function buttons(count: number, changed: Partial<ReplyAction> = {}): ReplyAction[] {
  return Array.from({ length: count }, (_unused, index) => ({
    id: `a${index}`,
    label: 'x',
    meaning: person,
    ...changed,
  }))
}

describe('buttons', () => {
  test('keep id, label and style; a label too long is cut at 75 characters', () => {
    const actions: ReplyAction[] = [{ id: 'a', label: 'x'.repeat(80), style: 'danger', meaning: person }]

    expect(blocksOf({ actions })).toEqual([
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'a',
            style: 'danger',
            text: { type: 'plain_text', text: `${'x'.repeat(74)}…`, emoji: false },
          },
        ],
      },
    ])
  })

  test('that ask first have a dialog within Slack’s limits', () => {
    const actions = buttons(1, { label: 'y'.repeat(75), style: 'danger', confirm: 'Sure? '.repeat(60) })

    expect(blocksOf({ actions })).toMatchObject([
      {
        elements: [
          {
            confirm: {
              title: { text: 'y'.repeat(75) },
              text: { text: expect.stringMatching(/^(Sure\? )+Sure\?…$/) },
              confirm: { text: `${'y'.repeat(29)}…` },
              deny: { text: 'Rather not' },
              style: 'danger',
            },
          },
        ],
      },
    ])
  })

  test('30 stand in a row of 25 and one of 5', () => {
    expect(blocksOf({ actions: buttons(30) })).toMatchObject([
      { elements: { length: 25 } },
      { elements: { length: 5 } },
    ])
  })

  test('stand in the last of several messages, which has room for them', () => {
    const parts = partsOf({ text: 'word '.repeat(1950), actions: buttons(40, { label: 'z'.repeat(70) }) })

    expect(parts.map(({ blocks }) => blocks.filter(({ type }) => type === 'actions').length)).toEqual([0, 2])
    expect(parts.every(({ blocks }) => JSON.stringify(blocks).length < 12_500)).toBe(true)
  })

  test('with the same id, without one or with one too long are left out', () => {
    const actions = [...buttons(1), ...buttons(1), ...buttons(1, { id: '' }), ...buttons(1, { id: 'i'.repeat(256) })]

    expect(blocksOf({ actions })).toMatchObject([{ elements: { length: 1 } }])
  })

  const judging: ReplyAction[] = [
    { id: 'up', label: '👍', meaning: { kind: 'feedback', value: 'helpful', message: 'm' } },
    { id: 'down', label: '👎', meaning: { kind: 'feedback', value: 'not_helpful', message: 'm' } },
  ]
  const advanced: ReplyAction = {
    id: 'more',
    label: 'Advanced',
    audience: 'staff',
    meaning: { kind: 'advanced', message: 'm' },
  }

  test('👍 and 👎 are Slack’s own feedback buttons, whose values are our ids', () => {
    const label = (text: string): object => ({ type: 'plain_text', text, emoji: false })

    expect(blocksOf({ actions: judging })).toEqual([
      {
        type: 'context_actions',
        elements: [
          {
            type: 'feedback_buttons',
            action_id: 'feedback',
            positive_button: { text: label('👍'), value: 'up' },
            negative_button: { text: label('👎'), value: 'down' },
          },
        ],
      },
    ])
  })

  test('one of the two alone is an ordinary button', () => {
    expect(blocksOf({ actions: judging.slice(1) })).toMatchObject([
      { type: 'actions', elements: [{ action_id: 'down' }] },
    ])
  })

  test('those of the team stand only in what the team reads', () => {
    const actions = [...buttons(1), ...judging, advanced]
    const typesOf = (audience: Reply['audience']): unknown[] => blocksOf({ actions, audience }).map(({ type }) => type)

    expect(JSON.stringify(blocksOf({ actions }))).not.toContain('more')
    expect(typesOf('customer')).toEqual(['actions', 'context_actions'])
    expect(typesOf('staff')).toEqual(['actions', 'actions', 'context_actions'])
  })

  test('the Home page shows them as ordinary ones, and tables as text', () => {
    const reply: Reply = { text: 'Today\n\n| a | b |\n| --- | --- |\n| c | d |', actions: judging, audience: 'staff' }

    const { type, blocks } = toHomeView(reply, rules)

    expect(type).toBe('home')
    expect(blocks.map((block) => block.type)).toEqual(['rich_text', 'actions'])
  })

  test('the Home page holds 100 blocks at most', () => {
    const text = `${'w'.repeat(3100)}\n\n`.repeat(200)

    expect(toHomeView({ text, actions: buttons(3), audience: 'staff' }, rules).blocks.length).toBeLessThanOrEqual(100)
  })
})
