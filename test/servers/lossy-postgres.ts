import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a Postgres server on which the answer to a statement can get lost. */
export interface LossyPostgres {
  readonly url: string
  /** The next statement of this text is done, and its connection ends before anybody hears of it. */
  loseAnswerTo(statement: string): void
  /** So many connections are told that the server is still starting. */
  startsAfter(connections: number): void
  /** From now on nothing is passed on, and nothing ends, as behind a network that swallows packets. */
  swallow(): void
  stop(): Promise<void>
}

/** What Postgres says to whoever connects before it has read its log: an ErrorResponse, as its protocol 3.0 has it. */
function stillStarting(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0')
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeUInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

/** Listens on a free loopback port and passes everything on to the server at `url`. */
export async function startLossyPostgres(url: string): Promise<LossyPostgres> {
  const server = new URL(url)
  const sockets = new Set<Socket>()
  let fatal: string | undefined
  let refusals = 0
  let isSwallowing = false
  const listener = createServer((client) => {
    if (refusals > 0) {
      refusals -= 1
      client.once('data', () => client.end(stillStarting()))
      return
    }
    const upstream = connect(Number(server.port), server.hostname)
    let isLost = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}) // one side ended: so does the other, below
      socket.on('close', () => [client, upstream].forEach((each) => each.destroy()))
    }
    client.on('data', (bytes) => {
      if (fatal !== undefined && bytes.includes(fatal)) [isLost, fatal] = [true, undefined]
      if (!isSwallowing) upstream.write(bytes)
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
    startsAfter: (connections) => {
      refusals = connections
    },
    swallow: () => {
      isSwallowing = true
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
