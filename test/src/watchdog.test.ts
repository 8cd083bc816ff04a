import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../until.ts'

const program = fileURLToPath(new URL('watchdog-program.ts', import.meta.url))

/** A process whose loop may stand still for a second. */
async function startWatched(flags: readonly string[] = []) {
  const child = spawn(process.execPath, [...flags, program], { stdio: 'pipe' })
  const told = { output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (told.output += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (told.errors += part))
  const exit = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  await until(() => told.output.includes('begun'), 'the process to begin')
  return { child, told, exit }
}

test('a process whose loop stands still ends itself, and says so', async () => {
  const { child, told, exit } = await startWatched()

  child.stdin.write('block 60000\n')
  const [, signal] = await exit

  expect(signal).toBe('SIGKILL')
  expect(JSON.parse(told.errors)).toMatchObject({ level: 50, event: 'process.blocked', blockedMs: 1000 })
})

test('a process that was stopped as a whole for longer goes on, and may end by itself', async () => {
  const { child, told, exit } = await startWatched()
  child.kill('SIGSTOP')
  const stoppedAt = performance.now()
  await until(() => performance.now() - stoppedAt > 2500, 'the time to pass')

  child.kill('SIGCONT')
  child.stdin.end('say\n')
  const [code] = await exit

  expect(code).toBe(0)
  expect(told).toEqual({ output: 'begun\nalive\n', errors: '' })
})

test('a process with a debugger may stand still', async () => {
  const { child, told } = await startWatched(['--inspect=127.0.0.1:0'])

  child.stdin.write('block 2500\n')

  await until(() => told.output.includes('alive'), 'the loop to go on')

  expect(child.signalCode).toBeNull()
})
