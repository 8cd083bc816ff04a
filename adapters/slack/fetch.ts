import { globalAgent } from 'node:https'
import type { webApi } from '@slack/bolt'
import type { Dispatcher } from 'undici'

/** How Slack's client sends a request. */
export type Fetch = NonNullable<webApi.WebClientOptions['fetch']>

type Answer = Awaited<ReturnType<Fetch>>

/** Less than a call may take: until it is connected, the signal of a request is not heeded. */
const connectMs = 8000

type Undici = Pick<typeof import('undici'), 'Agent' | 'request'>

/**
 * What Slack's client needs of `fetch`, without the streams and copies of the whole standard: those take as much of the
 * processor as all else of a call. Connections are made, kept and given up as `fetch` does it, by the same library. It follows
 * no redirect; whoever calls sees its status.
 */
export function createFetch({ Agent, request }: Undici): Fetch {
  // Node was told to use the proxies of its environment, and its own fetch knows them.
  if ('proxyEnv' in globalAgent.options && globalAgent.options.proxyEnv !== undefined) return fetch
  const dispatcher = new Agent({ connectTimeout: connectMs })
  return async (url, given = {}) => {
    const { method = 'GET', body = null, signal = null } = given
    if (body instanceof FormData) return await fetch(url, given) // files; none of ours
    const headers = { ...given.headers, 'accept-encoding': 'identity' } // nothing here unpacks an answer
    return toAnswer(String(url), await request(url, { method, headers, body, signal, dispatcher }))
  }
}

function toAnswer(url: string, { statusCode, headers, body }: Dispatcher.ResponseData): Answer {
  // Also of an answer that nobody reads, because it would hold its connection.
  const bytes = body.arrayBuffer()
  bytes.catch(() => {}) // whoever reads it is told
  const text = async (): Promise<string> => new TextDecoder().decode(await bytes)
  const valueOf = (name: string): string | null => {
    const value = headers[name]
    return value === undefined ? null : String(value)
  }
  return {
    ok: statusCode >= 200 && statusCode < 300,
    status: statusCode,
    statusText: '',
    url,
    headers: {
      get: (name) => valueOf(name.toLowerCase()),
      entries: () => Object.keys(headers).map((name): [string, string] => [name, valueOf(name) ?? '']),
    },
    text,
    json: async (): Promise<unknown> => JSON.parse(await text()),
    arrayBuffer: () => bytes,
  }
}
