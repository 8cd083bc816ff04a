import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { load } from 'js-yaml'
import { z } from 'zod'
import { loadConfig } from '../../config/load.ts'
import { startBot, type Bot } from '../../src/assemble.ts'
import { newDataFolder } from '../data-folder.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const rulesShape = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Tuppence[A-Z]\w+$/),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.object({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string().min(20) }),
        }),
      ),
    }),
  ),
})
const rules = rulesShape.parse(load(read('config/monitoring/rules.yml'))).groups.flatMap(({ rules }) => rules)

/** What Grafana needs of a panel, by its schema version 39. */
const panelShape = z.object({
  id: z.int(),
  type: z.enum(['row', 'timeseries', 'stat', 'table']),
  title: z.string().min(1),
  gridPos: z.object({ h: z.int().min(1), w: z.int().min(1).max(24), x: z.int().min(0).max(23), y: z.int().min(0) }),
  description: z.string().optional(),
  datasource: z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') }).optional(),
  targets: z
    .array(z.object({ refId: z.string().regex(/^[A-Z]$/), expr: z.string().min(1), legendFormat: z.string() }))
    .optional(),
})
const dashboardShape = z.object({
  title: z.string(),
  uid: z.string().regex(/^[\w-]{1,40}$/),
  schemaVersion: z.literal(39),
  templating: z.object({
    list: z.tuple([
      z.object({ name: z.literal('datasource'), type: z.literal('datasource'), query: z.literal('prometheus') }),
    ]),
  }),
  panels: z.array(panelShape),
})
const dashboard = dashboardShape.parse(JSON.parse(read('config/monitoring/grafana-dashboard.json')))
const panels = dashboard.panels.filter(({ type }) => type !== 'row')

const expressions = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
]

/** Prometheus makes it itself for whatever it asks. */
const ofPrometheus = new Set(['up'])

/** Names of metrics in an expression, each with the names of labels it is chosen by. */
function usedIn(expr: string): { name: string; labels: string[] }[] {
  const withoutGroups = expr.replace(/\b(?:by|without|on|ignoring) ?\([^)]*\)/g, '')
  const found = withoutGroups.matchAll(/\b(up|(?:tuppence|process)_[a-z0-9_]+)\b(?:\{([^}]*)\})?/g)
  return [...found].map(([, name = '', chosen = '']) => ({
    name,
    labels: [...chosen.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }))
}

let bot: Bot
let folder: string
let text: string
beforeAll(async () => {
  folder = newDataFolder()
  bot = await startBot(loadConfig({ TUPPENCE_DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }), 'configured')
  for (const words of ['hello', 'What does Plus cost?'])
    await fetch(`${bot.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: words }),
    })
  text = await (await fetch(`${bot.url}/metrics`)).text()
})
afterAll(async () => {
  await bot.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The families of metrics that the bot tells, with their kinds. */
const families = (): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]))

/** The family that a series belongs to; undefined when the bot has no such series. */
function familyOf(series: string): string | undefined {
  const whole = series.replace(/_(?:bucket|sum|count)$/, '')
  if (families().get(whole) === 'histogram') return series === whole ? undefined : whole
  return families().has(series) ? series : undefined
}

describe('what the alerts and the dashboard ask for is what the bot tells', () => {
  test.each(expressions)('$where', ({ expr }) => {
    const used = usedIn(expr).filter(({ name }) => !ofPrometheus.has(name))

    expect(used.filter(({ name }) => familyOf(name) === undefined)).toEqual([])
    for (const { name, labels } of used) {
      const series = [...text.matchAll(new RegExp(`^${name}\\{([^}]*)\\}`, 'gm'))].map(([, given = '']) => given)
      const own = labels.filter((label) => label !== 'job' && label !== 'instance')
      const missing = own.filter((label) => series.length > 0 && !series.some((one) => one.includes(`${label}="`)))
      expect([name, missing]).toEqual([name, []])
    }
  })

  test('every expression names a metric', () => {
    expect(expressions.filter(({ expr }) => usedIn(expr).length === 0)).toEqual([])
    expect(expressions.length).toBeGreaterThan(60)
  })

  test('every value that an alert chooses money, look-ups, circuits or lateness by is one that the bot tells', () => {
    const chosen = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/(tuppence_\w+)\{(\w+)="([^"]+)"\}/g)].map(([, name = '', label = '', value = '']) => ({
        name,
        pair: `${label}="${value}"`,
      })),
    )
    const known = chosen.filter(({ name }) => new RegExp(`^${name}\\{`, 'm').test(text))

    // Without a model there is no circuit.
    expect(new Set(chosen.filter((one) => !known.includes(one)).map(({ name }) => name))).toEqual(
      new Set(['tuppence_model_circuit_state']),
    )
    expect(known.filter(({ name, pair }) => !text.includes(`${name}{${pair}}`))).toEqual([])
  })

  test('the dashboard shows every metric of the bot', () => {
    const shown = new Set(expressions.flatMap(({ expr }) => usedIn(expr).map(({ name }) => familyOf(name))))

    expect([...families().keys()].filter((name) => !shown.has(name))).toEqual([])
  })

  test('panels have ids of their own and do not lie upon each other', () => {
    const { panels: all } = dashboard
    const places = all.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    )

    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(new Set(places).size).toBe(places.length)
    expect(
      panels.filter(({ description, datasource }) => description === undefined || datasource === undefined),
    ).toEqual([])
  })
})

describe('docs/monitoring.md', () => {
  const page = read('docs/monitoring.md')

  test('has every metric of the bot, and no other', () => {
    const described = [...page.matchAll(/^\| `((?:tuppence|process)_\w+)`/gm)].map(([, name = '']) => name)

    expect(described.toSorted()).toEqual([...families().keys()].toSorted())
  })

  test('says of every alert what to do, and of no other', () => {
    const described = [...page.matchAll(/^\| `(Tuppence\w+)`/gm)].map(([, name = '']) => name)

    expect(described.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted())
  })

  test('no label is an id, a text or a person', () => {
    const labels = new Set([...text.matchAll(/(\w+)="/g)].map(([, label = '']) => label))

    expect([...labels].filter((label) => /message|conversation|author|user|reply|text|tenant/.test(label))).toEqual([])
  })
})

test('every alert has a case in which it fires and one in which it does not', () => {
  const shape = z.object({
    tests: z.array(
      z.object({
        alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
      }),
    ),
  })
  const cases = shape.parse(load(read('config/monitoring/rules.test.yml'))).tests.flatMap((one) => one.alert_rule_test)
  const having = (fires: boolean): string[] => [
    ...new Set(cases.filter((one) => one.exp_alerts.length > 0 === fires).map(({ alertname }) => alertname)),
  ]
  const names = rules.map(({ alert }) => alert).toSorted()

  expect(having(true).toSorted()).toEqual(names)
  expect(having(false).toSorted()).toEqual(names)
})
