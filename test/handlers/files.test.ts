import { afterEach, expect, test } from 'vitest'
import type { Answer, Turn } from '../../src/core/agent.ts'
import { openRig, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const photo = [{ name: 'mug.png', type: 'image/png', bytes: 81_920 }]
const texts = (): string[] => rig.platform.shown.map(({ text }) => text)
const notes = async (): Promise<string[]> =>
  (await rig.tickets()).flatMap((ticket) => ticket.notes.map(({ text }) => text))

/** An agent that gives what begins with "help" to a person. */
function handing(turn: Turn): Answer {
  return turn.message.text.startsWith('help')
    ? { kind: 'escalate', because: 'the customer needs help' }
    : { kind: 'reply', text: `You said ${turn.message.text}` }
}

test('a file without a word is noted, and the customer is asked what it is about', async () => {
  rig = await openRig()

  await rig.write('  ', { attachments: photo })
  await untilShown(rig, 1)

  expect(texts()[0]).toMatch(/noted what you sent.*can't look inside files.*what it is about/)
  expect(await rig.tickets()).toEqual([])
})

test('a file with words is answered by the words', async () => {
  rig = await openRig()

  await rig.write('hello', { attachments: photo })
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said hello'])
})

test('a ticket names the files that came with its message, and those sent just before', async () => {
  rig = await openRig({ answer: handing })
  await rig.write('', { attachments: photo })
  await untilShown(rig, 1)

  await rig.write('help, it is broken', { attachments: [{ name: 'box.jpg' }, { name: 'bill.pdf' }] })
  await untilShown(rig, 2)

  expect(await notes()).toEqual(['help, it is broken\n\nFiles: mug.png, box.jpg, bill.pdf'])
})

test('while a person has the conversation, a file is added to the ticket, with its words or without', async () => {
  rig = await openRig({ answer: handing })
  await rig.write('help')
  await untilShown(rig, 1)

  await rig.write('', { attachments: photo })
  await rig.write('and the box', { attachments: [{ name: 'box.jpg' }] })
  await untilShown(rig, 3)

  expect(await notes()).toEqual(['help', 'Files: mug.png', 'and the box\n\nFiles: box.jpg'])
})

test('an apology’s ticket names the files, too', async () => {
  rig = await openRig({
    answer: () => {
      throw new TypeError('a fault nobody foresaw')
    },
  })

  await rig.write('broken', { attachments: photo })
  await untilShown(rig, 1)

  expect(await notes()).toEqual(['broken\n\nFiles: mug.png'])
})

test('twenty files at most are noted, each name cut and cleaned', async () => {
  rig = await openRig({ answer: handing })
  const attachments = Array.from({ length: 25 }, (_, n) => ({ name: `${n}\u0000${'x'.repeat(300)}` }))

  await rig.write('help', { attachments })
  await untilShown(rig, 1)

  const [note = ''] = await notes()
  expect(note.match(/\d+\uFFFD/g)).toHaveLength(20)
  expect(note.length).toBeLessThan(20 * 202 + 20)
})
