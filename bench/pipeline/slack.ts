import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readAll } from '../../test/servers/slack/http.ts'
import { allScopes, exampleWorkspace as workspace } from '../../test/servers/slack/workspaces.ts'

/** A Slack that takes every call and does no more than it must, because it shares the machine with what is measured. */
export interface QuickSlack {
  readonly apiUrl: string
  /** How often each method was called. */
  readonly calls: Map<string, number>
  /** Called with the channel of each message at the moment it is shown. */
  onPost: (channel: string) => void
  close(): Promise<void>
}

/** Opens it on loopback. What is in a message is checked by the tests, with the other Slack. */
export async function openQuickSlack(): Promise<QuickSlack> {
  const calls = new Map<string, number>()
  const http = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const slack: QuickSlack = {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls,
    onPost: () => {},
    close: async () => {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = (request.url ?? '').replace(/^\/api\//, '')
    const body = (await readAll(request)).toString('utf8')
    calls.set(method, (calls.get(method) ?? 0) + 1)
    if (method === 'chat.postMessage') slack.onPost(channelOf(body))
    response.writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': allScopes.join(',') })
    response.end(JSON.stringify({ ok: true, ...answerTo(method, body) }))
  }
  return slack
}

let posts = 0

function answerTo(method: string, body: string): object {
  const { team, user, bot } = workspace
  switch (method) {
    case 'auth.test':
      return {
        url: 'https://example.slack.com/',
        team: workspace.name,
        user: 'bot',
        team_id: team,
        user_id: user,
        bot_id: bot,
      }
    case 'users.info':
      return { user: { id: fieldOf(body, 'user'), profile: { display_name: 'Robin' } } }
    case 'chat.postMessage':
      posts += 1
      return { channel: channelOf(body), ts: `${Math.floor(Date.now() / 1000)}.${String(posts).padStart(6, '0')}` }
    default:
      return {}
  }
}

function channelOf(body: string): string {
  return fieldOf(body, 'channel')
}

/** Of a form or of JSON, without taking all of it apart; ids need no decoding. */
function fieldOf(body: string, name: string): string {
  const place = body.startsWith('{') ? `"${name}":"([^"]*)"` : `(?:^|&)${name}=([^&]*)`
  return new RegExp(place).exec(body)?.[1] ?? ''
}
