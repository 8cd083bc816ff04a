import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { adminToken, get, post, type Exchange } from '../adapters/web/web-bot.ts'
import { freePort, startBotProcess, type BotProcess } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'
import { isWireParkedList } from '../../src/safety/wire-parked.ts'
import { tuppence } from '../src/cli-process.ts'

const program = fileURLToPath(new URL('poison-bot.ts', import.meta.url))
const asAdmin = { authorization: `Bearer ${adminToken}` }
const wait = { timeout: 150_000, interval: 50 }

/** A bot that is started again whenever it is gone, as by a supervisor. */
async function openSupervised() {
  const folder = newDataFolder()
  const mended = join(folder, 'mended')
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const state: { isOver: boolean; starts: number; bot: BotProcess | undefined } = {
    isOver: false,
    starts: 0,
    bot: undefined,
  }
  const supervise = async (): Promise<void> => {
    while (!state.isOver) {
      state.starts += 1
      const environment = { PORT: port, TUPPENCE_ADMIN_TOKEN: adminToken, LOG_LEVEL: 'silent' }
      // Poison may end it before it is ready.
      state.bot = await startBotProcess(folder, environment, [program, mended]).catch(() => undefined)
      await state.bot?.gone
    }
  }
  const supervising = supervise()
  onTestFinished(async () => {
    state.isOver = true
    await state.bot?.end('SIGKILL')
    await supervising
  })
  await expect.poll(() => state.bot, wait).toBeDefined()
  const say = async (id: string, conversation: string | undefined, text: string): Promise<Exchange> => {
    const talk = conversation === undefined ? {} : { conversation }
    return await post(
      `${url}/api/chat`,
      { id, text, author: { id: `customer-of-${id.slice(0, 1)}` }, ...talk },
      asAdmin,
    )
  }
  return { url, folder, mended, say, starts: () => state.starts }
}

test('a message that ends every process is parked after five tries; nothing else is lost, and a replay answers it once', async () => {
  const { url, folder, mended, say, starts } = await openSupervised()
  const [poisoned, other] = [await say('a1', undefined, 'hello'), await say('b1', undefined, 'hello')]
  const talkOf = ({ body }: Exchange): string => body.conversation
  const replies = async (exchange: Exchange): Promise<readonly string[]> => {
    const seen = await get(`${url}/api/chat/${talkOf(exchange)}`, asAdmin).catch(() => undefined)
    return (seen?.body.turns ?? []).flatMap((turn) => turn.replies.map(({ text }) => `${turn.message} ${text}`))
  }

  await Promise.allSettled([
    say('a2', talkOf(poisoned), 'what are your opening hours? poison'),
    say('a3', talkOf(poisoned), 'what are your opening hours?'),
    say('b2', talkOf(other), 'what are your opening hours?'),
  ])
  for (const [id, exchange] of [
    ['a3', poisoned],
    ['b2', other],
  ] as const)
    await expect
      .poll(
        async () => (await say(id, talkOf(exchange), 'what are your opening hours?').catch(() => undefined))?.status,
        wait,
      )
      .toBe(200)
  const afterParking = await replies(poisoned)
  const list = await get(`${url}/api/parked`, asAdmin)
  const body: unknown = list.body
  const message = isWireParkedList(body) ? (body.parked[0]?.message ?? '') : ''
  await writeFile(mended, '')
  const shown = await get(`${url}/api/parked/${encodeURIComponent(message)}`, asAdmin)
  const replayed = await tuppence(['parked', 'replay', message], { environment: { TUPPENCE_DATA_DIR: folder } })
  await expect.poll(() => replies(poisoned), wait).toHaveLength(4)

  expect(starts()).toBe(6) // five ends, and the start that parked it
  expect(afterParking.map((text) => text.slice(0, 2))).toEqual(['a1', 'a2', 'a3'])
  expect(afterParking[1]).toContain('something went wrong on our side')
  expect(list.body).toMatchObject({ parked: [{ channel: 'web', reason: 'attempts-used-up', tries: 5 }] })
  expect(shown.body).toMatchObject({ message, willBeDone: ['answer'] })
  expect(replayed.stdout).toContain(`${message} is answered anew`)
  const [apology, answer, ...more] = (await replies(poisoned)).filter((text) => text.startsWith('a2'))
  expect(apology).toContain('something went wrong on our side')
  expect(answer).toContain('Monday to Friday')
  expect(more).toEqual([])
  expect((await replies(other)).map((text) => text.slice(0, 2))).toEqual(['b1', 'b2'])
}, 300_000)
