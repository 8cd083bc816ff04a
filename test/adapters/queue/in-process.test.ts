import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createInProcessQueue } from '../../../adapters/queue/in-process.ts'
import { queueContract } from '../../contracts/queue.ts'

queueContract('in-process', async () => createInProcessQueue({ concurrency: 4 }))

test('no more conversations run at a time than allowed', async () => {
  const queue = createInProcessQueue({ concurrency: 2 })
  let running = 0
  let most = 0
  let done = 0
  await queue.work(async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    done += 1
  })

  for (let index = 0; index < 20; index += 1) await queue.wake({ tenant: 'acme', conversation: `c${index}` })

  await expect.poll(() => done).toBe(20)
  expect(most).toBe(2)
  await queue.stop()
})

test('a handler that throws is reported with its own error', async () => {
  const errors: unknown[] = []
  const queue = createInProcessQueue({ onError: (error) => errors.push(error) })
  const fault = new Error('the database is away')
  let runs = 0
  await queue.work(async () => {
    runs += 1
    if (runs === 1) throw fault
  })

  await queue.wake({ tenant: 'acme', conversation: 'failing' })

  await expect.poll(() => runs).toBe(2)
  expect(errors).toEqual([fault])
  await queue.stop()
})

test('the same conversation name of two tenants is two conversations', async () => {
  const queue = createInProcessQueue({ concurrency: 4 })
  const runs: string[] = []
  await queue.work(async (key) => void runs.push(`${key.tenant}/${key.conversation}`))

  await queue.wake({ tenant: 'a', conversation: 'b' })
  await queue.wake({ tenant: 'ab', conversation: '' })

  await expect.poll(() => runs).toEqual(['a/b', 'ab/'])
  await queue.stop()
})

test('a stopped queue keeps no process alive, whatever was planned', async () => {
  const file = new URL('../../../adapters/queue/in-process.ts', import.meta.url).href
  const script = `
    const { createInProcessQueue } = await import(${JSON.stringify(file)})
    const queue = createInProcessQueue()
    await queue.work(async () => { throw new Error('always') })
    await queue.wake({ tenant: 'acme', conversation: 'later' }, new Date(Date.now() + 3_600_000))
    await queue.wake({ tenant: 'acme', conversation: 'failing' })
    await queue.stop()
    console.log('stopped')`

  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 })

  await expect(run).resolves.toMatchObject({ stdout: 'stopped\n' })
})
