import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a Postgres server on which the answer to a statement can get lost. */
export interface LossyPostgres {
  readonly url: string
  /** The next statement of this text is done, and its connection ends before anybody hears of it. */
  loseAnswerTo(statement: string): void
  stop(): Promise<void>
}

/** Listens on a free loopback port and passes everything on to the server at `url`. */
export async function startLossyPostgres(url: string): Promise<LossyPostgres> {
  const server = new URL(url)
  const sockets = new Set<Socket>()
  let fatal: string | undefined
  const listener = createServer((client) => {
    const upstream = connect(Number(server.port), server.hostname)
    let isLost = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}) // one side ended: so does the other, below
      socket.on('close', () => [client, upstream].forEach((each) => each.destroy()))
    }
    client.on('data', (bytes) => {
      if (fatal !== undefined && bytes.includes(fatal)) [isLost, fatal] = [true, undefined]
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => (isLost ? client.destroy() : client.write(bytes)))
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new TypeError('a listener on a port has one')
  const lossy = new URL(url)
  lossy.host = `127.0.0.1:${address.port}`
  return {
    url: lossy.href,
    loseAnswerTo: (statement) => {
      fatal = statement
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
