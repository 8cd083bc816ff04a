import { afterEach, expect, test } from 'vitest'
import { takeTurns } from '../../handlers/turn.ts'
import { openRig, tenant, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const key = { tenant, conversation: 'c-1' }

test('a receipt says when the message was accepted, taken up and decided', async () => {
  rig = await openRig({ isIdle: true })
  await rig.write('hello', { receivedAt: new Date(Date.now() - 5000) })
  const beganMs = Date.now()

  await takeTurns(key, rig.parts)

  const [turn] = await rig.turns()
  const { accepted = 0, claimed = 0, decided = 0 } = turn?.receipt?.moments ?? {}
  expect(accepted).toBe(turn?.message.receivedAt.getTime())
  expect(claimed).toBeGreaterThanOrEqual(beganMs)
  expect(decided).toBeGreaterThanOrEqual(claimed)
  expect(decided - accepted).toBeGreaterThanOrEqual(5000)
})

test('a shown reply is told with how long its customer had waited, the tries before included, and without its text', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'refuse', retryAfterMs: 300 })

  await rig.write('canary')
  await untilShown(rig, 1)
  await untilEvent(rig, 'reply.delivered')

  const told = rig.events.find(({ name }) => name === 'reply.delivered')
  const [turn] = await rig.turns()
  const { intent, stage } = turn?.receipt?.classification ?? {}
  expect(told?.fields).toMatchObject({ message: turn?.message.id, channel: 'slack', attempt: 2, intent, stage })
  expect(Number(told?.fields['sinceAcceptedMs'])).toBeGreaterThanOrEqual(300)
  expect(Number(told?.fields['durationMs'])).toBeLessThan(Number(told?.fields['sinceAcceptedMs']))
  expect(JSON.stringify(told)).not.toContain('canary')
})

test('a message that killed its worker five times is told as parked, with its channel', async () => {
  rig = await openRig({ isIdle: true })
  await rig.write('hello')
  for (let kill = 0; kill < 5; kill += 1) {
    await rig.store.inbox.claim(key)
    rig.pass(61_000)
  }

  await takeTurns(key, rig.parts)

  expect(rig.events).toContainEqual(
    expect.objectContaining({
      name: 'message.parked',
      level: 'error',
      fields: expect.objectContaining({ channel: 'slack' }),
    }),
  )
})
