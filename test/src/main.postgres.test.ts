import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { expect, test } from 'vitest'
import { post } from '../adapters/web/web-bot.ts'
import { startBotProcess } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'

/** Stands in front of a server and can stop passing anything on, as a network does that swallows packets. */
async function startGate(host: string, port: number) {
  const sockets = new Set<Socket>()
  let isShut = false
  let held = 0
  const server = createServer((near) => {
    const far = connect(port, host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (part: Buffer) => {
        if (isShut) held += 1
        else to.write(part)
      })
      from.on('close', () => to.destroy()).on('error', () => {})
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    shut: () => {
      isShut = true
    },
    held: () => held,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The bot on a database of its own, behind a gate; `close` removes all of it. */
async function startBehindGate() {
  const address = new URL(process.env['TEST_DATABASE_URL'] ?? '')
  const database = `tuppence_gate_${process.pid}`
  const admin = new pg.Client({ connectionString: address.href })
  await admin.connect()
  await admin.query(`create database ${database}`)
  const gate = await startGate(address.hostname, Number(address.port))
  const folder = newDataFolder()
  const behind = Object.assign(new URL(address), { host: `127.0.0.1:${gate.port}`, pathname: `/${database}` })
  const bot = await startBotProcess(folder, { DATABASE_URL: behind.href })
  const close = async (): Promise<void> => {
    await gate.close()
    await admin.query(`drop database ${database} with (force)`)
    await admin.end()
    await rm(folder, { recursive: true, force: true })
  }
  return { bot, gate, close }
}

test('a bot whose database no longer answers still stops with 0 within ten seconds', async () => {
  const { bot, gate, close } = await startBehindGate()

  gate.shut()
  const lost = post(`${bot.url}/api/chat`, { text: 'hello' }).catch((error: unknown) => error)
  await expect.poll(gate.held).toBeGreaterThan(0)
  const begun = performance.now()
  const code = await bot.end('SIGTERM')
  const tookMs = performance.now() - begun

  await close()
  expect(code).toBe(0)
  expect(bot.errors()).toContain('cut short')
  expect(tookMs).toBeLessThan(10_000)
  expect(await lost).toBeInstanceOf(Error)
}, 60_000)

test('the metrics of a bot whose database no longer answers come all the same, and say that it is down', async () => {
  const { bot, gate, close } = await startBehindGate()
  const read = async () => await (await fetch(`${bot.url}/metrics`)).text()

  const before = await read()
  gate.shut()
  await expect.poll(read, { timeout: 15_000 }).toMatch(/^tuppence_store_up 0$/m)
  const begun = performance.now()
  const down = await read()
  const tookMs = performance.now() - begun
  await bot.end('SIGTERM')

  await close()
  expect(before).toMatch(/^tuppence_store_up 1$/m)
  expect(before).toMatch(/^tuppence_queue_age_seconds\{queue="outbox"\} 0$/m)
  expect(down).not.toMatch(/^tuppence_(?:queue_\w+|budget_micro_dollars)\{/m)
  expect(tookMs).toBeLessThan(3000)
}, 60_000)
