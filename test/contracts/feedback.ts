import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConversations } from '../../adapters/store/conversations.ts'
import type { Database, Row } from '../../adapters/store/database.ts'
import { createInbox } from '../../adapters/store/inbox.ts'
import { migrate } from '../../adapters/store/migrate.ts'
import type { Feedback } from '../../src/core/agent.ts'
import type { Message } from '../../src/core/message.ts'
import type { Given } from '../../src/core/ports.ts'
import type { ReplyAction } from '../../src/core/reply.ts'
import { conversationOf, noon, receiptOf, reply } from './store/bench.ts'

const feedback: Feedback = {
  value: 'not_helpful',
  message: 'm1',
  intent: 'account.order-status',
  tier: 2,
  effort: 4,
  confidence: 0.93,
  model: 'small',
  text: 'Where is my order?',
}

const thumb: ReplyAction = {
  id: 'down',
  label: '👎',
  meaning: { kind: 'feedback', value: 'not_helpful', message: 'm1' },
}
const higher: ReplyAction = {
  id: 'higher',
  label: 'Try advanced AI',
  audience: 'staff',
  meaning: { kind: 'advanced', message: 'm1' },
}

/** What every database promises of the buttons that rate an answer. */
export function feedbackContract(name: string, open: () => Promise<Database>): void {
  describe(`feedback: ${name}`, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
      await migrate(database)
    })
    afterAll(() => database.close())

    test('a rating is kept as it was given, in its own company and with its time, and needs no receipt', async () => {
      const talk = await beginTalk(database)
      const press = await talk.press('down')

      await talk.answer(press, { effects: [{ kind: 'record-feedback', feedback }], replies: [], receipt: undefined })

      expect(await talk.rows('select * from feedback where tenant = $1 order by seq')).toMatchObject([
        { ...feedback, conversation: 'talk', at: noon },
      ])
      expect(await talk.rows('select 1 from receipts where tenant = $1')).toHaveLength(1)
    })

    test('an answer no model wrote is kept without one, and every press is kept in its order', async () => {
      const talk = await beginTalk(database)
      const { model: _, ...free } = feedback
      const effects = (['helpful', 'not_helpful', 'try_advanced'] as const).map(
        (value) => ({ kind: 'record-feedback', feedback: { ...free, value, model: undefined } }) as const,
      )

      await talk.answer(await talk.press('down'), { effects, replies: [], receipt: undefined })

      expect(await talk.rows('select value, model from feedback where tenant = $1 order by seq')).toEqual([
        { value: 'helpful', model: null },
        { value: 'not_helpful', model: null },
        { value: 'try_advanced', model: null },
      ])
    })

    test('a turn tells which button its message pressed', async () => {
      const talk = await beginTalk(database)
      const press = await talk.press('down')
      await talk.answer(press, { replies: [], receipt: undefined })

      const transcript = await createConversations(database).transcript(talk.key)

      expect(transcript?.turns).toMatchObject([
        { message: { id: 'm1' }, isAnswered: true },
        { message: { pressed: 'down' }, pressed: thumb, replies: [], isAnswered: true },
      ])
      expect(transcript?.turns[0]).not.toHaveProperty('pressed')
      expect(transcript?.turns[1]?.receipt).toBeUndefined()
    })

    test('a button that a later reply repeats is one button, used once', async () => {
      const talk = await beginTalk(database)
      await talk.answer(await talk.press('down'), { replies: [reply('Sorry.', [higher])], receipt: undefined })

      await talk.press('higher')

      expect(await createConversations(database).action(talk.key, 'higher')).toEqual(higher)
      expect(await talk.accept({ pressed: 'higher' })).toBe('action-used')
    })
  })
}

/** A press of somebody who may press the buttons of the team as well. */
const byTeam: Given = { isAddressed: true, mayPressForOthers: true }

/** A conversation of a company nobody else uses, in which one message was answered with the buttons. */
async function beginTalk(database: Database) {
  const tenant = `test-${uuidv7()}`
  const key = { tenant, conversation: 'talk' }
  const inbox = createInbox(database, () => noon, uuidv7)
  const message = (changes: Partial<Message>): Message => ({
    tenant,
    id: `press-${uuidv7()}`,
    channel: 'web',
    conversation: 'talk',
    address: {},
    author: { id: 'U1' },
    text: '👎',
    isPrivate: true,
    receivedAt: noon,
    ...changes,
  })
  const talk = {
    key,
    accept: (changes: Partial<Message>) => inbox.accept(message(changes), byTeam),
    press: async (pressed: string): Promise<Message> => {
      const press = message({ pressed })
      expect(await inbox.accept(press, byTeam)).toBe('new')
      return press
    },
    answer: async (said: Message, changes: Partial<Parameters<typeof inbox.complete>[1]> = {}): Promise<void> => {
      const claim = await inbox.claim(key)
      if (claim === undefined) throw new Error('nothing to claim')
      const own = { conversation: conversationOf(said), replies: [], effects: [], receipt: receiptOf(said) }
      await inbox.complete(claim, { ...own, ...changes })
    },
    rows: (sql: string): Promise<readonly Row[]> => database.query(sql, [tenant]),
  }
  const first = message({ id: 'm1', text: 'Where is my order?' })
  await inbox.accept(first)
  await talk.answer(first, { replies: [reply('On its way.', [thumb, higher])] })
  return talk
}
