import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A way to Redis that the test can close, or leave open but silent. */
export interface Way {
  readonly url: string
  /** Ends what is connected, and refuses what comes. */
  readonly cut: () => void
  /** Takes everything and answers nothing. */
  readonly hang: () => void
  readonly restore: () => void
  readonly close: () => void
}

/** @param url of the Redis it leads to */
export async function startWay(url: string): Promise<Way> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let mode: 'open' | 'cut' | 'hung' = 'open'
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    if (mode === 'cut') return void socket.destroy()
    if (mode === 'hung') return
    const onward = connect(Number(target.port), target.hostname)
    onward.on('error', () => socket.destroy())
    onward.on('data', (bytes) => void (mode === 'open' && socket.write(bytes)))
    socket.on('data', (bytes) => onward.write(bytes)).on('close', () => onward.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const end = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    url: `redis://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    cut: () => {
      mode = 'cut'
      end()
    },
    hang: () => void (mode = 'hung'),
    restore: () => {
      mode = 'open'
      end()
    },
    close: () => {
      end()
      server.close()
    },
  }
}
