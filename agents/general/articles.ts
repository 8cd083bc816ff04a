import type { Answer } from '../../src/core/agent.ts'
import type { Passage } from '../../src/core/company.ts'
import { plain } from '../../src/core/markup.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { requestText, sorry } from '../questions.ts'

/** What to look for when the message itself finds nothing in the article of its topic. */
interface Topic {
  /** The article's file name without its ending. */
  readonly source: string
  /** Added to the message, so that its own words only have to choose the passage. */
  readonly words: string
  readonly query: string
}

const shippingTopic: Topic = {
  source: 'shipping',
  words: 'shipping delivery',
  query: 'How long does delivery take and what does shipping cost?',
}
const returnsTopic: Topic = {
  source: 'returns',
  words: 'returns refund',
  query: 'How long can I return something and who pays for returns?',
}
const warrantyTopic: Topic = {
  source: 'warranty',
  words: 'warranty spare parts',
  query: 'How long is the warranty and what does it cover?',
}

export const shipping: Flow = (turn, parts) => topicAnswer(parts, requestText(turn), shippingTopic)
export const returnPolicy: Flow = (turn, parts) => topicAnswer(parts, requestText(turn), returnsTopic)
export const warranty: Flow = (turn, parts) => topicAnswer(parts, requestText(turn), warrantyTopic)

/** Any question the articles may answer; without a good passage a person is offered. */
export const question: Flow = (turn, parts) => {
  const passage = parts.searchArticles(requestText(turn))
  return passage === undefined ? sorry(parts, parts.say('general.question.none')) : cited(parts, passage)
}

function topicAnswer(parts: AgentParts, text: string, topic: Topic): Answer {
  let best: Passage | undefined
  for (const query of [text, `${text} ${topic.words}`, topic.query]) {
    const found = parts.searchArticles(query)
    if (found?.source === topic.source) return cited(parts, found)
    best ??= found
  }
  if (best !== undefined) return cited(parts, best)
  return { kind: 'escalate', because: `No article answers a question on ${topic.source}.` }
}

/** A passage as it stands in the article, with the article's name below it. */
function cited(parts: AgentParts, passage: Passage): Answer {
  return sorry(parts, `${passage.text}\n\n${parts.say('general.source', { article: plain(passage.article) })}`)
}
