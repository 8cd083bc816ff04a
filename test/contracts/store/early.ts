import { expect, test } from 'vitest'
import type { Claim } from '../../../src/core/ports.ts'
import { longerThanALease, noon, type Bench } from './bench.ts'

/** What changes before it comes, or while it is answered, is answered as it is in the end. */
export function earlyPromises(bench: () => Bench): void {
  const revise = (message: string, text: string, at?: Date) =>
    bench().store.revisions.revise(bench().key(), message, { text, ...(at === undefined ? {} : { at }) })
  const withdraw = (message: string) => bench().store.revisions.withdraw(bench().key(), message)

  test('a message that comes after it was taken back is not answered, and one of another company is', async () => {
    const message = bench().message()

    expect(await withdraw(message.id)).toBe('unknown-message')
    expect(await bench().store.inbox.accept(message)).toBe('seen')
    expect(await bench().store.conversations.load(bench().key())).toBeUndefined()
    expect(await bench().store.inbox.accept({ ...message, tenant: `${message.tenant}-other` })).toBe('new')
  })

  test('a message that comes after it was changed has its newest text, and no older change undoes that', async () => {
    const message = bench().message({ text: 'order 1' })
    const at = (seconds: number): Date => new Date(bench().clock.at.getTime() + seconds * 1000)

    expect(await revise(message.id, 'order 3', at(2))).toBe('unknown-message')
    expect(await revise(message.id, 'order 2', at(1))).toBe('unknown-message')
    expect(await bench().store.inbox.accept(message)).toBe('new')

    expect(await revise(message.id, 'order 2', at(1))).toBe('unchanged')
    expect((await bench().claim()).message.text).toBe('order 3')
  })

  test('texts of messages that do not come within the hour are forgotten, and deletions after a day', async () => {
    const [changed, deleted] = [bench().message({ text: 'order 1' }), bench().message()]
    await revise(changed.id, 'order 2')
    await withdraw(deleted.id)

    bench().clock.at = new Date(noon.getTime() + 3_601_000)
    await bench().store.forgetOld()

    expect(await bench().store.inbox.accept(deleted)).toBe('seen')
    expect(await bench().store.inbox.accept(changed)).toBe('new')
    expect((await bench().claim()).message.text).toBe('order 1')
  })

  test('a claim stands until its message is changed, taken back or claimed anew, or its conversation changes hands', async () => {
    const { id } = await bench().accept()
    const stands = async (claim: Claim, changedHands = 0): Promise<boolean> =>
      await bench().store.revisions.stands(claim, changedHands)

    const first = await bench().claim()
    expect([await stands(first), await stands(first, 1)]).toEqual([true, false])
    bench().clock.at = new Date(noon.getTime() + longerThanALease)
    const second = await bench().claim()
    expect([await stands(first), await stands(second)]).toEqual([false, true])
    await revise(id, 'another text')
    const third = await bench().claim()
    expect([await stands(second), await stands(third)]).toEqual([false, true])
    await withdraw(id)
    expect(await stands(third)).toBe(false)
  })
}
