import { describe, expect, test } from 'vitest'
import { createSimulateCommand } from '../../../handlers/cli/simulate.ts'
import { UsageError } from '../../../src/core/errors.ts'
import { parts, policy, strange, sure, unsure } from '../../src/simulation/policy.ts'
import { createMemoryIo, printedLines } from './io.ts'

const note = 'Followed, as approved: account.plan:3-2.'
const unusable = new Map([['middle', 'OPENAI_API_KEY is not set']])
const command = createSimulateCommand(() => Promise.resolve({ policy, unusable, parts, notes: [note] }))

async function printed(...args: string[]): Promise<string> {
  const io = createMemoryIo()
  expect(await command.run(args, io)).toBe(0)
  return io.output()
}

async function json(...args: string[]): Promise<unknown> {
  return JSON.parse(await printed(...args, '--json'))
}

const messages = [sure, unsure, strange].map((text) => JSON.stringify({ text })).join('\n')

async function replayed(content: string, ...args: string[]) {
  const io = createMemoryIo({ files: { 'm.jsonl': content }, stdin: content })
  await command.run(args, io)
  return io
}

describe('tuppence simulate --scenario', () => {
  test.each([
    ['s0', ['27.00', '95.90', '450.00']],
    ['s1', ['0.625', '0.1875', '7.50']],
    ['s2', ['0.50', '2.60', '20.00']],
  ])('%s prints the dollars of a day: cheapest, mix and dearest', async (name, perDay) => {
    const result = await json('--scenario', name)

    expect(result).toMatchObject({ scenario: name, strategies: perDay.map((perDayUsd) => ({ perDayUsd })) })
  })

  test('s0 in full: months, users, tiers, embeddings and verdicts', async () => {
    expect(await json('--scenario', 's0')).toMatchObject({
      assumptions: {
        users: 10_000,
        queries: 20,
        messagesPerDay: 200_000,
        inputTokens: 500,
        outputTokens: 100,
        days: 30,
      },
      strategies: [
        { kind: 'cheapest', name: 'gpt-4o-mini', perMonthUsd: '810.00' },
        {
          kind: 'mix',
          perMonthUsd: '2877.00',
          perUserMonthUsd: '0.2877',
          savingAgainstDearest: 0.786889,
          tiers: [
            { path: 'gpt-4o-mini', tier: 2, share: 0.7, messagesPerDay: 140_000, perDayUsd: '18.90' },
            { path: 'claude-3.5-haiku', tier: 3, share: 0.2, messagesPerDay: 40_000, perDayUsd: '32.00' },
            { path: 'gpt-4o', tier: 4, share: 0.1, messagesPerDay: 20_000, perDayUsd: '45.00' },
          ],
        },
        { kind: 'dearest', name: 'gpt-4o', perMonthUsd: '13500.00' },
      ],
      comparison: { againstCheapest: { saving: -2.551852 }, againstDearest: { saving: 0.786889 } },
      extras: [{ perDayUsd: '0.05', perMonthUsd: '1.50' }],
      verdicts: [
        { name: 'costPerMessage', measured: '0.0004795', target: '< $0.0001', pass: false },
        { name: 'modelCallRate', measured: '1', target: '< 30 %', pass: false },
        { name: 'lowTierShare', measured: '0.7', target: '>= 70 %', pass: true },
        { name: 'saving', measured: '0.786888889', target: '>= 60 %', pass: true },
        { name: 'quality', measured: null, target: '> 0.85', pass: null },
        { name: 'simpleSeconds', measured: null, target: '< 2 s', pass: null },
      ],
    })
  })

  test('s3 comes with its other reading, until something is changed', async () => {
    expect(await json('--scenario', 's3')).toMatchObject({
      strategies: [{}, { perMessageUsd: '0.01381', perDayUsd: null }, {}],
      also: [{ scenario: 's3-models', comparison: { againstDearest: { saving: 0.7625 } } }],
    })
    expect(await json('--scenario', 's3', '--queries', '100')).not.toHaveProperty('also')
  })

  test('flags change what they name, and the rest stays', async () => {
    const flags = [
      '--users',
      '100',
      '--share',
      'tier4=0.2',
      '--share',
      'tier3=0.3',
      '--price',
      'gpt-4o=1/2',
      '--days',
      '31',
    ]

    // 2,000 messages: 1,000 × 0.000135 + 600 × 0.0008 + 400 × (500 × 1 + 100 × 2 = 0.0007) = 0.135 + 0.48 + 0.28.
    expect(await json('--scenario', 's0', ...flags)).toMatchObject({
      strategies: [{}, { perDayUsd: '0.895', perMonthUsd: '27.745' }, { name: 'claude-3.5-haiku', perDayUsd: '1.60' }],
    })
  })

  test('for people, a table with both baselines, and with --compare what each is against them', async () => {
    const text = await printed('--scenario', 'S0', '--compare')

    expect(text).toMatch(/^gpt-4o-mini +cheapest only +\$0\.000135 +\$27\.00 +\$810\.00 +\$0\.081$/m)
    expect(text).toMatch(/^multi-model +the mix +\$0\.0004795 +\$95\.90 +\$2877\.00 +\$0\.2877$/m)
    expect(text).toMatch(/^gpt-4o +dearest only +\$0\.00225 +\$450\.00 +\$13500\.00 +\$1\.35$/m)
    expect(text).toMatch(/^multi-model +\+255\.2 % +-78\.7 %$/m)
    expect(text).toMatch(/^quality of written answers +not known +> 0\.85 +-$/m)
    expect(await printed('--scenario', 's0')).not.toContain('255.2')
    expect(await printed('--scenario', 's4')).toContain('two local models: 3.1 to 6.6 s on average')
  })

  test.each<[string[], string]>([
    [[], 'known: s0, s1, s2, s3, s3-models, s4'],
    [['--scenario', 's9'], 'There is no scenario "s9"'],
    [['--scenario', 's0', '--days', '0'], 'from 1 to 366'],
    [['--scenario', 's0', '--share', 'tier4=0.9', '--share', 'tier3=0.2'], 'more than 1'],
    [['--scenario', 's0', '--profile', 'free'], '--profile belongs to --messages'],
    [['--messages', 'm.jsonl', '--users', '5'], '--users belongs to --scenario'],
    [['s0'], '"s0" is not expected here'],
    [['--scenaro', 's0'], '--scenaro'],
  ])('%j is refused with what can be written', async (args, named) => {
    const io = createMemoryIo({ files: { 'm.jsonl': messages } })

    await expect(command.run(args, io)).rejects.toThrow(UsageError)
    await expect(command.run(args, io)).rejects.toThrow(named)
    expect(io.output()).toBe('')
  })
})

describe('tuppence simulate --messages', () => {
  test('prices recorded messages under the policy of the configuration', async () => {
    const io = await replayed(messages, '--messages', 'm.jsonl', '--json')

    expect(printedLines(io)).toMatchObject([
      {
        today: {
          messages: 3,
          costUsd: '0.003432', // 56 to classify twice, 3,320 to answer once
          modelMessages: 2,
          baselines: {
            cheapest: { model: 'cheap', costUsd: '0.000498' },
            dearest: { model: 'large', costUsd: '0.01992' },
          },
          each: [
            { text: sure, tier: 0, route: 'agent', calls: [], costUsd: '0.00' },
            { tier: 2, route: 'agent', calls: [{ model: 'cheap', purpose: 'classification', inputTokens: 410 }] },
            { tier: 3, route: 'model', calls: [{ model: 'cheap' }, { model: 'middle' }], costUsd: '0.003376' },
          ],
        },
      },
    ])
    expect(printedLines(io)[0]).not.toHaveProperty('changed')
  })

  test('a changed policy stands beside it, with the difference', async () => {
    const io = await replayed(messages, '--messages', '-', '--free-threshold', '0.6', '--json')

    expect(printedLines(io)).toMatchObject([
      {
        notes: [note],
        today: { costUsd: '0.003432' },
        changed: { costUsd: '0.003376' },
        difference: { costUsd: '-0.000056', modelMessages: -1, otherRoute: 1 },
      },
    ])
    const text = (await replayed(messages, '--messages', '-', '--free-threshold', '0.6')).output()
    expect(text).toContain('The change costs $0.000056 less and sends 1 message another way.')
  })

  test('--configured leaves out the models nobody can reach', async () => {
    const io = await replayed(messages, '--messages', 'm.jsonl', '--configured', '--json')

    // The middle model has no key, and the cheap one was asked already: nobody is left to write.
    expect(printedLines(io)).toMatchObject([{ today: { costUsd: '0.000112', each: [{}, {}, { route: 'person' }] } }])
  })

  test('says what the figures rest on', async () => {
    const text = (await replayed(messages, '--messages', 'm.jsonl')).output()

    expect(text).toContain("today's policy: 3 messages, $0.003432; 2 messages (66.7 %) would reach a model")
    expect(text).toContain(`\n${note}\n`)
    expect(text).toContain('bytes / 4')
    expect(text).toMatch(/^dearest only +large +\$0\.01992 +82\.8 %$/m)
  })

  test.each([
    ['{"text":"a"}\n{"txt":"b"}', 'm.jsonl, line 2: "text" must be a string and is missing'],
    ['{"text":"a","at":"soon"}', '"at" must be an instant'],
    ['{"text":"a","turns":-1}', '"turns" must be a whole number'],
    ['[1]', 'not a JSON object'],
    ['{"text":"a","user":4}', '"user" must be a string and is 4'],
    ['\n\n', 'has no messages'],
  ])('the line at fault is named: %s', async (content, named) => {
    await expect(replayed(content, '--messages', 'm.jsonl')).rejects.toThrow(named)
  })

  test('turns are counted by conversation where a line does not name them', async () => {
    // Eleven turns before it make a message two points harder; nothing else is known of it.
    const talk = Array.from({ length: 12 }, () => JSON.stringify({ text: 'where is my order', conversation: 'C1' }))
    const io = await replayed(talk.join('\n'), '--messages', 'm.jsonl', '--json')

    const [{ today }] = printedLines(io) as [{ today: { each: { effort: number }[] } }]
    expect([today.each[10]?.effort, today.each[11]?.effort]).toEqual([4, 6])
  })
})
