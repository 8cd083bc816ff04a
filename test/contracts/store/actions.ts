import { expect, test } from 'vitest'
import { button, reply, type Bench } from './bench.ts'

/** A button counts once, in its own conversation. */
export function actionPromises(bench: () => Bench): void {
  const offered = async (): Promise<Bench> => {
    await bench().answered({ replies: [reply('Shall I?', [button('yes', 'Yes'), button('no', 'No')])] })
    return bench()
  }

  test('a button means what its reply said', async () => {
    const { store, key } = await offered().then((bench) => ({ store: bench.store, key: bench.key() }))

    expect(await store.conversations.action(key, 'no')).toEqual(button('no', 'No'))
    expect(await store.conversations.action(key, 'perhaps')).toBeUndefined()
  })

  test('a pressed button is a message that names it', async () => {
    const { store } = await offered()
    const press = bench().message({ pressed: 'yes', text: 'Yes' })

    expect(await store.inbox.accept(press)).toBe('new')
    expect((await bench().claim()).message).toEqual(press)
  })

  test('of two presses of one button one is stored, also when they come at once', async () => {
    const { store } = await offered()
    const presses = [bench().message({ pressed: 'yes' }), bench().message({ pressed: 'yes' })]

    const acceptances = await Promise.all(presses.map((press) => store.inbox.accept(press)))
    const third = await store.inbox.accept(bench().message({ pressed: 'yes' }))

    expect(acceptances.toSorted()).toEqual(['action-used', 'new'])
    expect(third).toBe('action-used')
    expect((await store.conversations.transcript(bench().key()))?.turns).toHaveLength(2)
  })

  test('a press that the platform sends again is seen, not used', async () => {
    const { store } = await offered()
    const press = bench().message({ pressed: 'yes' })
    await store.inbox.accept(press)

    expect(await store.inbox.accept(press)).toBe('seen')
  })

  test('using one button leaves the others of the reply usable', async () => {
    const { store } = await offered()
    await bench().accept({ pressed: 'yes' })

    expect(await store.inbox.accept(bench().message({ pressed: 'no' }))).toBe('new')
  })

  test('a button nobody offered is unknown and nothing is stored', async () => {
    const { store } = bench()

    const acceptance = await store.inbox.accept(bench().message({ pressed: 'never' }))

    expect(acceptance).toBe('action-unknown')
    expect(await store.conversations.load(bench().key())).toBeUndefined()
  })

  test('a button of another conversation is unknown', async () => {
    const { store } = await offered()

    const acceptance = await store.inbox.accept(bench().message({ pressed: 'yes', conversation: 'elsewhere' }))

    expect(acceptance).toBe('action-unknown')
    expect(await store.inbox.accept(bench().message({ pressed: 'yes' }))).toBe('new')
  })

  test('a press under the id of another message uses up nothing', async () => {
    const { store } = await offered()
    const earlier = await bench().accept({ conversation: 'elsewhere' })

    const acceptance = await store.inbox.accept(bench().message({ id: earlier.id, pressed: 'yes' }))

    expect(acceptance).toBe('seen')
    expect(await store.inbox.accept(bench().message({ pressed: 'yes' }))).toBe('new')
  })

  test('a message repeated under another conversation opens none', async () => {
    const { store } = bench()
    const message = await bench().accept()

    const acceptance = await store.inbox.accept({ ...message, conversation: 'elsewhere' })

    expect(acceptance).toBe('seen')
    expect(await store.conversations.load(bench().key('elsewhere'))).toBeUndefined()
  })
}
