import { expect, onTestFinished, test } from 'vitest'
import { openEmptyDatabase } from '../../store.ts'

test('what is urgent is done before whatever waits, in its own order; the rest keeps its order, too', async () => {
  const database = await openEmptyDatabase()
  onTestFinished(() => database.close())
  const done: string[] = []
  const ask = async (name: string, isUrgent: boolean): Promise<void> => {
    await (isUrgent ? (database.urgent ?? database) : database).query('select $1::text', [name])
    done.push(name)
  }

  await Promise.all([
    ...['usual 1', 'usual 2', 'usual 3'].map((name) => ask(name, false)),
    ...['urgent 1', 'urgent 2'].map((name) => ask(name, true)),
  ])

  expect(done).toEqual(['urgent 1', 'urgent 2', 'usual 1', 'usual 2', 'usual 3'])
})

test('nothing comes between the statements of a transaction, however urgent', async () => {
  const database = await openEmptyDatabase()
  onTestFinished(() => database.close())
  const done: string[] = []
  let asked: Promise<unknown> = Promise.resolve()

  await database.transaction(async (statements) => {
    asked = (database.urgent ?? database).query('select 1').then(() => done.push('urgent'))
    for (const name of ['first', 'second']) {
      await statements.query('select 1')
      done.push(name)
    }
  })
  await asked

  expect(done).toEqual(['first', 'second', 'urgent'])
})

test('what fails is told to whoever asked, and holds up nobody', async () => {
  const database = await openEmptyDatabase()
  onTestFinished(() => database.close())

  const results = await Promise.allSettled([
    database.query('select nonsense'),
    (database.urgent ?? database).query('select more nonsense'),
    database.query('select 1 as one'),
  ])

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
})
