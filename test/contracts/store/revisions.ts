import { expect, test } from 'vitest'
import { ClaimLostError } from '../../../src/core/errors.ts'
import { longerThanALease, reply, type Bench } from './bench.ts'

/** What customers change or take back is answered as it is in the end, or not at all. */
export function revisionPromises(bench: () => Bench): void {
  const revise = (message: string, text: string, at?: Date) =>
    bench().store.revisions.revise(bench().key(), message, { text, ...(at === undefined ? {} : { at }) })
  const withdraw = (message?: string) => bench().store.revisions.withdraw(bench().key(), message)
  /** Everything that would still be shown. */
  const shown = async (): Promise<readonly string[]> => {
    const texts: string[] = []
    for (let item = await bench().nextReply(); item !== undefined; item = await bench().nextReply()) {
      texts.push(item.reply.text)
      await bench().store.outbox.delivered(item, `p${texts.length}`)
    }
    return texts
  }
  const answerWithText = async (): Promise<void> => {
    const claim = await bench().claim()
    await bench().complete(claim, { replies: [reply(`To: ${claim.message.text}`)] })
  }

  test('a message tells in which conversation it is, and one of nobody in none', async () => {
    const { id } = await bench().accept({ text: 'order 1' })
    const { tenant, conversation } = bench().key()

    expect(await bench().store.revisions.conversationOf(tenant, id)).toBe(conversation)
    expect(await bench().store.revisions.conversationOf(tenant, `${id}0`)).toBeUndefined()
    expect(await bench().store.revisions.conversationOf('another', id)).toBeUndefined()
  })

  test('a message changed before anybody took it is answered as it is then', async () => {
    const { id } = await bench().accept({ text: 'order 1' })

    expect(await revise(id, 'order 2')).toBe('revised')
    await answerWithText()

    expect(await shown()).toEqual(['To: order 2'])
  })

  test('an answer under way to the old text is refused, and the new text is claimed at once', async () => {
    const { id } = await bench().accept({ text: 'order 1' })
    const claim = await bench().claim()

    expect(await revise(id, 'order 2')).toBe('revised')

    await expect(bench().complete(claim)).rejects.toThrow(ClaimLostError)
    expect(await bench().claim()).toMatchObject({ message: { text: 'order 2' }, attempt: 1, revision: 1 })
  })

  test('an answer to the old text is refused also when another worker has the new one', async () => {
    const { id } = await bench().accept({ text: 'order 1' })
    const older = await bench().claim()
    await revise(id, 'order 2')
    const newer = await bench().claim()

    await expect(bench().complete(older, { replies: [reply('To: order 1')] })).rejects.toThrow(ClaimLostError)
    await bench().store.inbox.postpone(older, new Date(bench().clock.at.getTime() + 60_000))
    await bench().complete(newer, { replies: [reply('To: order 2')] })

    expect(await shown()).toEqual(['To: order 2'])
  })

  test('whoever answered the old text cannot put the new one off', async () => {
    const { id } = await bench().accept({ text: 'order 1' })
    const claim = await bench().claim()
    await revise(id, 'order 2')

    await bench().store.inbox.postpone(claim, new Date(bench().clock.at.getTime() + 60_000))

    expect((await bench().claim()).message.text).toBe('order 2')
  })

  test('an answer that waits to be shown is given up, and the new text is asked in its place', async () => {
    const message = await bench().answered({}, { text: 'order 1', address: { channel: 'C1', thread: '9' } })

    expect(await revise(message.id, 'order 2')).toBe('revised')
    const claim = await bench().claim()
    expect(claim.message).toEqual({ ...message, id: `${message.id}#1`, text: 'order 2' })
    await bench().complete(claim, { replies: [reply('To: order 2')] })

    expect(await shown()).toEqual(['To: order 2'])
  })

  test('a message that was asked again may be changed again, as often as one likes', async () => {
    const { id } = await bench().answered({}, { text: 'order 1' })

    expect(await revise(id, 'order 2')).toBe('revised')
    expect(await revise(id, 'order 3')).toBe('revised')
    await answerWithText()
    expect(await revise(id, 'order 4')).toBe('revised')
    await answerWithText()

    expect(await shown()).toEqual(['To: order 4'])
  })

  test('an answer that is shown stays, and the change is too late', async () => {
    const { id } = await bench().answered({}, { text: 'order 1' })
    await shown()

    expect(await revise(id, 'order 2')).toBe('too-late')
    expect(await withdraw(id)).toBe('too-late')
    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
  })

  test('an answer that is being sent is left to its sender, also when nobody knows how that ended', async () => {
    const { id } = await bench().answered({}, { text: 'order 1' })
    await bench().nextReply()

    expect(await revise(id, 'order 2')).toBe('too-late')
    bench().later(longerThanALease)
    expect(await withdraw(id)).toBe('too-late')
    expect(await bench().nextReply()).toMatchObject({ attempt: 2, isAmbiguous: true })
  })

  test('an answer the platform has refused so far is given up like one nobody tried to show', async () => {
    const { id } = await bench().answered({}, { text: 'order 1' })
    const item = await bench().nextReply()
    const retryAt = new Date(bench().clock.at.getTime() + 1000)
    if (item !== undefined) await bench().store.outbox.failed(item, { reason: '429', retryAt, isAmbiguous: false })

    expect(await revise(id, 'order 2')).toBe('revised')
    await answerWithText()

    expect(await shown()).toEqual(['To: order 2'])
  })

  test('an answer of which one part is shown is too late as a whole', async () => {
    const { id } = await bench().answered({ replies: [reply('One'), reply('Two')] }, { text: 'order 1' })
    const item = await bench().nextReply()
    if (item !== undefined) await bench().store.outbox.delivered(item, 'p1')

    expect(await revise(id, 'order 2')).toBe('too-late')
    expect(await shown()).toEqual(['Two'])
  })

  test('the same text is no change, and interrupts nobody', async () => {
    const { id } = await bench().accept({ text: 'order 1' })
    const claim = await bench().claim()

    expect(await revise(id, 'order 1')).toBe('unchanged')
    await bench().complete(claim)
    expect(await revise(id, 'order 2')).toBe('revised')
    expect(await revise(id, 'order 2')).toBe('unchanged')
  })

  test('a change that comes late does not undo a newer one', async () => {
    const { id } = await bench().accept({ text: 'order 1' })
    const at = (seconds: number): Date => new Date(bench().clock.at.getTime() + seconds * 1000)

    const revised = [
      await revise(id, 'order 3', at(2)),
      await revise(id, 'order 2', at(1)),
      await revise(id, 'order 4', at(3)),
    ]

    expect(revised).toEqual(['revised', 'unchanged', 'revised'])
    expect((await bench().claim()).message.text).toBe('order 4')
  })

  test('nor does it where the message was asked again', async () => {
    const { id } = await bench().answered({}, { text: 'order 1' })
    const at = (seconds: number): Date => new Date(bench().clock.at.getTime() + seconds * 1000)

    expect([await revise(id, 'order 3', at(2)), await revise(id, 'order 2', at(1))]).toEqual(['revised', 'unchanged'])
    expect((await bench().claim()).message.text).toBe('order 3')
  })

  test('a message nobody has sent is unknown, and so is one of another conversation', async () => {
    const { id } = await bench().accept({ conversation: 'elsewhere' })

    expect([await revise('m99', 'x'), await withdraw('m99'), await revise(id, 'x'), await withdraw(id)]).toEqual(
      Array(4).fill('unknown-message'),
    )
  })

  test('ids that begin alike, or hold signs of patterns, are different messages', async () => {
    for (const id of ['m_1', 'mx1', 'm_10', 'm%']) await bench().answered({}, { id, text: 'old' })

    await revise('m_1', 'new')
    await withdraw('m%')
    await answerWithText()

    expect(await shown()).toEqual(['Answer to mx1', 'Answer to m_10', 'To: new'])
  })

  test('a message taken back is not answered, and the one behind it is', async () => {
    const first = await bench().accept()
    const second = await bench().accept()
    const claim = await bench().claim()

    expect(await withdraw(first.id)).toBe('withdrawn')

    await expect(bench().complete(claim)).rejects.toThrow(ClaimLostError)
    expect((await bench().claim()).message.id).toBe(second.id)
  })

  test('a message taken back stays so, whatever is told about it later', async () => {
    const { id } = await bench().accept()
    await withdraw(id)

    expect([await revise(id, 'again'), await withdraw(id)]).toEqual(['too-late', 'too-late'])
    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
  })

  test('taking back a message that was asked again takes back both', async () => {
    const { id } = await bench().answered({}, { text: 'old' })
    await revise(id, 'new')

    expect(await withdraw(id)).toBe('withdrawn')
    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
    expect(await shown()).toEqual([])
  })

  test('a stop gives up all that is owed and all that waits to be shown, here and nowhere else', async () => {
    await bench().answered({})
    const claimed = await bench().accept()
    await bench().accept()
    await bench().answered({}, { conversation: 'elsewhere' })
    const claim = await bench().claim()

    expect(await withdraw()).toBe('withdrawn')

    expect(claim.message.id).toBe(claimed.id)
    await expect(bench().complete(claim)).rejects.toThrow(ClaimLostError)
    expect(await shown()).toEqual([])
    expect(bench().own(await bench().store.inbox.owed())).toEqual([])
    expect((await bench().nextReply('elsewhere'))?.reply.text).toMatch('Answer to')
  })

  test('a stop where nothing is owed is too late, and one where nobody talked is unknown', async () => {
    await bench().answered({})
    await shown()

    expect(await withdraw()).toBe('too-late')
    expect(await bench().store.revisions.withdraw(bench().key('nowhere'))).toBe('unknown-message')
  })

  test('a message written after a stop is answered', async () => {
    await bench().accept()
    await withdraw()
    const { id } = await bench().accept()

    expect((await bench().claim()).message.id).toBe(id)
  })

  test('of a change and an outcome at once the change always wins or comes again, and only the new text is answered', async () => {
    for (let round = 0; round < 20; round += 1) {
      const conversation = `race-${round}`
      const { id } = await bench().accept({ conversation, text: 'old' })
      const claim = await bench().claim(conversation)

      const [, revised] = await Promise.allSettled([
        bench().complete(claim, { replies: [reply('To: old')] }),
        bench().store.revisions.revise(bench().key(conversation), id, { text: 'new' }),
      ])

      expect(revised).toEqual({ status: 'fulfilled', value: 'revised' })
      expect((await bench().claim(conversation)).message.text).toBe('new')
      expect(await bench().nextReply(conversation)).toBeUndefined()
    }
  })

  test('of a change and a sending at once one wins: the old answer is shown, or the new text is asked', async () => {
    for (let round = 0; round < 20; round += 1) {
      const conversation = `race-${round}`
      const { id } = await bench().answered({}, { conversation, text: 'old' })

      const [item, revised] = await Promise.all([
        bench().nextReply(conversation),
        bench().store.revisions.revise(bench().key(conversation), id, { text: 'new' }),
      ])

      expect([item === undefined, revised]).toEqual(item === undefined ? [true, 'revised'] : [false, 'too-late'])
      const claim = await bench().store.inbox.claim(bench().key(conversation))
      expect(claim?.message.text).toBe(item === undefined ? 'new' : undefined)
    }
  })

  test('of ten changes at once one stays, and it is asked once', async () => {
    const { id } = await bench().answered({}, { text: 'old' })

    const results = await Promise.all(Array.from({ length: 10 }, (_, n) => revise(id, `new ${n}`)))

    expect(new Set(results)).toEqual(new Set(['revised']))
    await answerWithText()
    expect(await shown()).toEqual([expect.stringMatching(/^To: new \d$/)])
    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
  })
}
