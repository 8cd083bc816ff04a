import { ChannelError } from '../../src/core/errors.ts'
import type { ChatAnswer, ChatClient } from '../../src/core/chat-client.ts'
import type { NewId } from '../../src/core/ports.ts'

/** Where a running bot listens, and the token it left for this machine's user. */
export interface RunningBot {
  readonly url: string
  readonly token: string
}

/** Talks to the running bot over loopback, as a visitor of its own. */
export function createWebClient({ url, token }: RunningBot, newId: NewId): ChatClient {
  const author = { id: `terminal-${newId()}` }
  let conversation: string | undefined
  const post = async (path: string, body: object): Promise<ChatAnswer> => {
    const answer = await request(`${url}${path}`, token, body)
    conversation = answer.conversation
    return answer
  }
  return {
    say: (text) =>
      post('/api/chat', { text, id: newId(), author, ...(conversation === undefined ? {} : { conversation }) }),
    press: (action) => post('/api/chat/action', { conversation, action, id: newId() }),
    close: async () => {},
  }
}

async function request(url: string, token: string, body: object): Promise<ChatAnswer> {
  const failed = (why: string, options: { retryable: boolean; cause?: unknown }): ChannelError =>
    new ChannelError(`The running bot at ${url} ${why}. Look at its log, or stop it and try again.`, options)
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    })
  } catch (error) {
    throw failed('does not answer', { retryable: true, cause: error })
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok)
    throw failed(`refused the message (${response.status}: ${messageOf(answer)})`, {
      retryable: response.status >= 500,
    })
  if (response.status === 202) throw failed('has stored the message but not answered it yet', { retryable: true })
  if (!isAnswer(answer)) throw failed('gave an answer of another version', { retryable: false })
  return { receipt: undefined, ...answer }
}

function messageOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return 'no reason given'
  const { error } = answer
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'no reason given'
}

/** Whether it is what wire.ts writes; the fields within come from the same place. */
function isAnswer(answer: unknown): answer is Omit<ChatAnswer, 'receipt'> {
  if (typeof answer !== 'object' || answer === null) return false
  return 'conversation' in answer && 'message' in answer && 'replies' in answer && Array.isArray(answer.replies)
}
