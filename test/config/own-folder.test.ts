import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { createSay, placeholdersOf } from '../../config/wording.ts'
import { faultsOf } from './faults-of.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuppence-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(file: string, content: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), content)
}

const load = () => loadConfig({ TUPPENCE_CONFIG_DIR: folder })
const faults = () => faultsOf({ TUPPENCE_CONFIG_DIR: folder })
const shipped = loadConfig({})
const intent = 'label: Refund\nutterances:\n  - I want my money back\n'

test('an empty folder changes nothing', () => {
  expect(load()).toEqual({ ...shipped, configDir: folder })
})

test('a file stands in for the shipped one of its name, the others stay', () => {
  write('bot.yaml', 'tenant: acme\nclassification:\n  freeThreshold: 0.9\n')

  expect(load()).toEqual({ ...shipped, configDir: folder, tenant: 'acme', freeThreshold: 0.9 })
})

test('intents of one’s own stand in for all shipped ones, named after folder and file', () => {
  write('intents/payments/refund.yaml', intent)

  expect(load().intents).toEqual([
    { name: 'payments.refund', agent: 'payments', label: 'Refund', keywords: [], utterances: ['I want my money back'] },
  ])
  expect(load().outOfScope).toEqual(shipped.outOfScope)
})

test('an intent may say in a line of its own what a model is told of it', () => {
  write('intents/payments/refund.yaml', `description: Wants money back for something paid.\n${intent}`)

  expect(load().intents).toMatchObject([{ label: 'Refund', description: 'Wants money back for something paid.' }])
})

test('sentences of one’s own lie over the shipped ones', () => {
  write('wording.yaml', 'shared.left-as-is: Nothing was changed.\norder.named: "No. {order}"\n')

  const say = createSay(load().wording)

  expect(say('shared.left-as-is')).toBe('Nothing was changed.')
  expect(say('order.named', { order: '1042' })).toBe('No. 1042')
  expect(say('order.yours')).toBe(shipped.wording.get('order.yours'))
})

test.each([
  [
    'an unknown key',
    'bot.yaml',
    'tenant: acme\nclassification: { freeThreshold: 0.8 }\nbudgets: 5\n',
    'budgets',
    'unknown setting',
  ],
  ['a key in the wrong place', 'models.yaml', 'models: []\nmodel: x\n', 'model', 'unknown setting'],
  ['a missing value', 'intents/general/a.yaml', 'utterances: [hello]\n', 'label', 'here: nothing'],
  ['a wrong type', 'bot.yaml', 'tenant: 7\nclassification: { freeThreshold: 0.8 }\n', 'tenant', 'here: 7'],
  [
    'a number out of range',
    'bot.yaml',
    'tenant: a\nclassification: { freeThreshold: -0.1 }\n',
    'classification.freeThreshold',
    '-0.1',
  ],
  [
    'an encoder on the internet, which would cost what no budget watches',
    'bot.yaml',
    'classification: { encoder: { kind: openai, url: "https://api.example.com/v1", model: small } }\n',
    'classification.encoder.url',
    'write an address of this machine or its network',
  ],
  [
    'an encoder that is not known',
    'bot.yaml',
    'classification: { encoder: bert }\n',
    'classification.encoder',
    'use-lite-en',
  ],
  ['no YAML at all', 'bot.yaml', 'tenant: [acme\n', 'line 2', 'deficient indentation'],
  [
    'a key twice',
    'bot.yaml',
    'tenant: a\ntenant: b\nclassification: { freeThreshold: 0.8 }\n',
    'line 2',
    'duplicated mapping key',
  ],
  ['an empty file', 'bot.yaml', '', 'the file', 'the input is empty'],
  ['a list', 'bot.yaml', '- a\n', 'the file', 'expected object'],
  [
    'bold text without quotes, which YAML takes for an alias',
    'wording.yaml',
    'order.yours: **your** order\n',
    'line 1',
    'put texts that begin with * in quotes',
  ],
  [
    'one word after a star, which YAML takes for an alias',
    'wording.yaml',
    'order.yours: *order\n',
    'line 1',
    'unidentified alias "order"; put texts that begin with * in quotes',
  ],
  ['an unknown sentence', 'wording.yaml', 'order.mine: Mine\n', 'order.mine', 'unknown sentence'],
  [
    'an unknown placeholder',
    'wording.yaml',
    'order.named: "{oder}"\n',
    'order.named',
    'unknown placeholder {oder}; known: order',
  ],
  ['an empty sentence', 'wording.yaml', 'order.yours: ""\n', 'order.yours', 'here: ""'],
  ['a sentence that is no text', 'wording.yaml', 'order.yours: 5\n', 'order.yours', 'here: 5'],
  [
    'a label too long for a button',
    'intents/general/a.yaml',
    intent.replace('Refund', 'x'.repeat(41)),
    'label',
    'at most 40 characters',
  ],
  [
    'a description longer than a line a model reads',
    'intents/general/a.yaml',
    `description: ${'x'.repeat(121)}\n${intent}`,
    'description',
    'at most 120 characters',
  ],
  [
    'a description of two lines',
    'intents/general/a.yaml',
    `description: "a\\nb"\n${intent}`,
    'description',
    'one line',
  ],
  [
    'an intent without messages',
    'intents/general/a.yaml',
    'label: A\nutterances: []\n',
    'utterances',
    'write at least one message',
  ],
  ['an unknown key of an intent', 'intents/general/a.yaml', `${intent}keyword: x\n`, 'keyword', 'unknown setting'],
  ['an intent of no agent', 'intents/billing/refund.yaml', intent, 'billing', 'tickets, account, payments, general'],
  ['an intent with another ending', 'intents/payments/refund.yml', intent, 'refund.yml', '.yaml'],
])('%s is a fault', (_, ...[file, content, path, problem]) => {
  write(file, content)

  const found = faults()

  expect(found.map((fault) => fault.path)).toContain(path)
  expect(found.find((fault) => fault.path === path)?.problem).toContain(problem)
})

test('an own folder of intents with none in it is a fault', () => {
  mkdirSync(join(folder, 'intents'))

  expect(faults()).toMatchObject([{ file: 'intents/', problem: expect.stringContaining('holds no intent') }])
})

test('a file that cannot be read is a fault', () => {
  mkdirSync(join(folder, 'bot.yaml'))

  expect(faults()).toMatchObject([
    { file: 'bot.yaml', path: 'the file', problem: expect.stringContaining('cannot be read') },
  ])
})

test('a long value is shown cut', () => {
  write('bot.yaml', `tenant: ${'X'.repeat(5000)}\nclassification: { freeThreshold: 0.8 }\n`)

  expect(faults()[0]?.problem.length).toBeLessThan(300)
})

test('a sentence is said with its values, exactly as they are', () => {
  const say = createSay(new Map([['greet', 'Hi {name}, {name}: {what} {open}']]))

  expect(say('greet', { name: '$& {what}', what: '$1' })).toBe('Hi $& {what}, $& {what}: $1 {open}')
  expect(() => say('nobody')).toThrow('nobody')
})

test('the placeholders of a sentence are its names in braces', () => {
  expect([...placeholdersOf('{a} {b} {a} {} {c d} a}')]).toEqual(['a', 'b'])
})

test('an own bot.yaml names only what differs', () => {
  write('bot.yaml', 'tenant: acme\n')

  expect(loadConfig({ TUPPENCE_CONFIG_DIR: folder })).toMatchObject({ tenant: 'acme', freeThreshold: 0.8 })
})
