import { expect, onTestFinished, test } from 'vitest'
import { fetchParked, fetchParkedMessage, sendParkedDecision } from '../../../adapters/web/parked-client.ts'
import { UsageError } from '../../../src/core/errors.ts'
import { isWireParkedDetails, isWireParkedList } from '../../../src/safety/wire-parked.ts'
import { startRatedWeb } from './rated-web.ts'
import { adminToken, get, post } from './web-bot.ts'

const noModel = async (): Promise<never> => await Promise.reject(new Error('no model is asked'))
const asAdmin = { authorization: `Bearer ${adminToken}` }

/** A web with one message that could not be answered until the fault is mended. */
async function startWithParked() {
  const fault = { isMended: false }
  const web = await startRatedWeb(noModel, {
    answer: ({ message }) => {
      if (!fault.isMended) throw new TypeError('a fault')
      return { kind: 'reply', text: `You said ${message.text}` }
    },
  })
  onTestFinished(() => web.stop())
  const { body } = await post(`${web.url}/api/chat`, { text: 'my card is 4111 1111 1111 1111' }, asAdmin)
  const running = { url: web.url, token: adminToken }
  const list = await fetchParked(running, 'parked')
  if (!isWireParkedList(list)) throw new Error('no list')
  const [parked] = list.parked
  return { web, running, fault, conversation: body.conversation, parked, id: parked?.message ?? '' }
}

test('an admin reads what could not be answered, without personal details, and has it answered once', async () => {
  const { web, running, fault, conversation, parked, id } = await startWithParked()
  fault.isMended = true

  const shown = await fetchParkedMessage(running, id)
  const wish = { message: id, decision: 'replay', by: 'terminal:ada' } as const
  const replayed = await sendParkedDecision(running, wish)
  const again = sendParkedDecision(running, wish)

  expect(parked).toMatchObject({ channel: 'web', reason: 'TypeError', fault: 'a fault', text: 'my card is [CARD_1]' })
  expect(isWireParkedDetails(shown) && shown.willBeDone).toEqual(['answer'])
  expect(replayed).toMatchObject({ state: 'replayed', closed: { by: 'terminal:ada' } })
  await expect(again).rejects.toThrow(UsageError)
  await expect(again).rejects.toThrow('terminal:ada has decided about it')
  const texts = async (): Promise<readonly string[]> =>
    (await get(`${web.url}/api/chat/${conversation}`, asAdmin)).body.turns.flatMap(({ replies }) =>
      replies.map(({ text }) => text),
    )
  await expect
    .poll(texts, { timeout: 10_000, interval: 10 })
    .toEqual([expect.stringContaining('went wrong'), 'You said my card is 4111 1111 1111 1111'])
})

test('nobody else reads or decides anything, a wrong decision is refused with its field, and an unknown message by its id', async () => {
  const { web, running, id } = await startWithParked()
  const path = `${web.url}/api/parked/${encodeURIComponent(id)}`

  const refused = [await get(`${web.url}/api/parked`), await get(path), await post(path, { decision: 'replay' })]
  const wrong = await post(path, { decision: 'repeat' }, asAdmin)

  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403])
  expect([wrong.status, wrong.body.error]).toMatchObject([400, { code: 'input', field: 'decision' }])
  await expect(fetchParkedMessage(running, 'none/such')).rejects.toThrow('No message "none/such" was parked')
  expect(await fetchParked(running, 'all')).toMatchObject({ parked: [{ state: 'parked' }] })
})
