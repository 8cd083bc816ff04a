import { globalAgent } from 'node:https'
import type { webApi } from '@slack/bolt'
import type { Dispatcher } from 'undici'

/** How Slack's client sends a request. */
export type Fetch = NonNullable<webApi.WebClientOptions['fetch']>

type Answer = Awaited<ReturnType<Fetch>>
type Undici = Pick<typeof import('undici'), 'Agent' | 'request'>

/**
 * What Slack's client needs of `fetch`, without the streams and copies of the whole standard: those take as much of the
 * processor as all else of a call. The connections are kept and given up as `fetch` does it, by the same library. It follows
 * no redirect; whoever calls sees its status.
 */
export function createFetch({ Agent, request }: Undici): Fetch {
  // Node was told to use the proxies of its environment, and its own fetch knows them.
  if ('proxyEnv' in globalAgent.options && globalAgent.options.proxyEnv !== undefined) return fetch
  const dispatcher = new Agent()
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    if (typeof body === 'object') throw new TypeError('Slack is sent no files.')
    const given = { method, headers, body: body ?? null, signal: signal ?? null }
    return toAnswer(String(url), await request(url, { ...given, dispatcher }))
  }
}

function toAnswer(url: string, { statusCode, headers, body }: Dispatcher.ResponseData): Answer {
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
    text: async () => await body.text(),
    json: async () => await body.json(),
    arrayBuffer: async () => await body.arrayBuffer(),
  }
}
