import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../adapters/store/database.ts'
import { migrate } from '../../adapters/store/migrate.ts'
import { toStore } from '../../adapters/store/store.ts'
import type { Feedback } from '../../src/core/agent.ts'
import type { StoredLabel } from '../../src/core/labels.ts'
import type { Message } from '../../src/core/message.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import type { ReplyAction } from '../../src/core/reply.ts'
import type { Route } from '../../src/core/route.ts'
import { Bench, noon, receiptOf, reply } from './store/bench.ts'

const always = { begins: new Date('2026-01-01T00:00:00Z'), ends: new Date('2027-01-01T00:00:00Z') }

/** What every database promises of the labels people give messages. */
export function labelsContract(name: string, open: () => Promise<Database>): void {
  describe(`labels: ${name}`, () => {
    let database: Database
    let bench: Bench
    beforeAll(async () => {
      database = await open()
      await migrate(database)
    })
    afterAll(() => database.close())
    const begin = (): Bench => {
      const clock = { at: noon }
      bench = new Bench(
        toStore(database, () => clock.at, uuidv7),
        clock,
      )
      return bench
    }
    const labels = (range = always): Promise<readonly StoredLabel[]> => bench.store.labels.page(bench.tenant, range)

    test('the last rating of an answer counts, with the text, the stage and who wrote it', async () => {
      const message = await begin().answered()
      await rate(bench, message, 'not_helpful')
      bench.later(1000)
      await rate(bench, message, 'helpful')

      expect(await labels()).toMatchObject([
        {
          source: 'helpful',
          text: 'Where is my order?',
          intent: receiptOf(message).classification.intent,
          stage: receiptOf(message).classification.stage,
          at: new Date(noon.getTime() + 1000),
          names: ['Ada', 'Ada'],
          candidates: receiptOf(message).classification.candidates.map(({ intent }) => intent),
        },
      ])
      expect(await bench.store.labels.page(`other-${bench.tenant}`, always)).toEqual([])
      expect(await labels({ begins: always.begins, ends: noon })).toEqual([])
    })

    test('an answer to an open question says nothing of an intent', async () => {
      const message = await begin().accept({ text: '1042' })
      const receipt = classified(message, 'question')
      await bench.complete(await bench.claim(), { receipt })
      await rate(bench, message, 'helpful')

      expect(await labels()).toEqual([])
    })

    test('a choice between two intents labels the message that was asked about', async () => {
      const button = choice('refund', 'money is gone')
      await begin().answered({ replies: [reply('A or B?', [button])] }, { text: 'money is gone' })
      await pressed(bench, button)

      expect(await labels()).toMatchObject([
        { source: 'choice', text: 'money is gone', intent: 'refund', stage: 'tfidf' },
      ])
    })

    test('a topic that an agent proposed is no label of what was asked', async () => {
      const button = choice('refund', 'Ask for a refund')
      await begin().answered({ replies: [reply('It is on its way.', [button])] })
      await pressed(bench, button)

      expect(await labels()).toEqual([])
    })

    test('a hand-over that a person resolved labels the message that was handed over', async () => {
      const message = await begin().accept({ text: 'my parcel is broken' })
      const ticket = await bench.store.tickets.nextId(bench.tenant)
      const route: Route = { kind: 'person', because: 'asked' }
      await bench.complete(await bench.claim(), {
        receipt: { ...classified(message, 'tfidf'), route },
        effects: [{ kind: 'open-ticket', ticket, subject: 'x', text: 'x', state: 'open' }],
      })
      const end = { kind: 'resolved', by: 'Bo', at: '2026-11-21T13:00:00.000Z' }
      await database.query(
        `insert into desk_cards (tenant, id, kind, conversation, platform, post, state, ticket, facts, opened_at)
         values ($1, 'card', 'hand-over', 'talk', 'slack', 'p', 'resolved', $2, $3::jsonb, $4)`,
        [bench.tenant, ticket, JSON.stringify({ end }), noon],
      )

      const before = await labels()
      await database.query(`update tickets set state = 'solved' where tenant = $1`, [bench.tenant])

      expect(before).toEqual([])
      expect(await labels()).toMatchObject([{ source: 'resolved', text: 'my parcel is broken', at: new Date(end.at) }])
    })

    test('pages follow one another without a gap or a repetition, also within one instant', async () => {
      const message = await begin().answered()
      await database.query(
        `insert into inbox (tenant, id, conversation, address, author_id, text, is_private, received_at, due_at, state)
         select tenant, 'n' || n, conversation, address, author_id, text, is_private, received_at, due_at, 'done'
         from inbox, generate_series(1, 1100) n where tenant = $1 and id = $2`,
        [bench.tenant, message.id],
      )
      await database.query(
        `insert into receipts select tenant, 'n' || n, conversation, channel, at, intent, stage, confidence, tier, 0, 0, body
         from receipts, generate_series(1, 1100) n where tenant = $1 and message = $2`,
        [bench.tenant, message.id],
      )
      await database.query(
        `insert into feedback (tenant, message, conversation, value, intent, tier, effort, confidence, text, at)
         select $1, 'n' || n, 'talk', 'helpful', 'a', 1, 1, 1, 'text ' || n, $2::timestamptz + (n / 700) * interval '1 second'
         from generate_series(1, 1100) n`,
        [bench.tenant, noon],
      )

      const pages: StoredLabel[][] = []
      for (let page = await labels(); page.length > 0;) {
        pages.push([...page])
        page = await bench.store.labels.page(bench.tenant, always, page.at(-1))
      }

      expect(pages.map((page) => page.length)).toEqual([1000, 100])
      expect(pages.flat().map(({ text }) => text)).toEqual(Array.from({ length: 1100 }, (_, at) => `text ${at + 1}`))
    })
  })
}

function classified(message: Message, stage: 'question' | 'button' | 'tfidf', intent?: string): Receipt {
  const receipt = receiptOf(message)
  const classification = { ...receipt.classification, stage, intent: intent ?? receipt.classification.intent }
  return { ...receipt, classification }
}

function choice(intent: string, text: string): ReplyAction {
  return { id: `choose-${intent}`, label: intent, meaning: { kind: 'intent', intent, text } }
}

async function pressed(bench: Bench, button: ReplyAction): Promise<void> {
  const press = await bench.accept({ pressed: button.id, text: button.label })
  const intent = button.meaning.kind === 'intent' ? button.meaning.intent : ''
  await bench.complete(await bench.claim(), { receipt: classified(press, 'button', intent) })
}

async function rate(bench: Bench, message: Message, value: Feedback['value']): Promise<void> {
  const { classification, tier, effort } = receiptOf(message)
  const { intent, confidence } = classification
  const feedback: Feedback = {
    value,
    message: message.id,
    intent,
    tier,
    effort,
    confidence,
    model: undefined,
    text: message.text,
  }
  await bench.answered({ effects: [{ kind: 'record-feedback', feedback }], receipt: undefined }, { text: '👍' })
}
