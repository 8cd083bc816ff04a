import { keptContract } from '../../contracts/channel.ts'
import type { Read } from '../../contracts/channel/kept.ts'
import { startRatedWeb } from './rated-web.ts'
import { type Answer, createVisitor } from './web-bot.ts'

keptContract('web', async (answer) => {
  const bot = await startRatedWeb(() => Promise.reject(new Error('no large model is asked here')), {
    answer: () => ({ kind: 'reply', text: answer }),
  })
  const visitor = createVisitor(bot.url)
  let conversation: string | undefined
  const toRead = (body: Answer): Read => {
    conversation = body.conversation
    return {
      texts: body.replies.map(({ text }) => text),
      buttons: body.replies.flatMap(({ actions }) => actions.map(({ id }) => id)),
    }
  }
  return {
    channel: bot.web,
    say: async (text) => toRead((await visitor.say(text, conversation === undefined ? {} : { conversation })).body),
    press: async (action) => toRead((await visitor.press(conversation ?? '', action)).body),
    turns: async () => await bot.rig.turns(conversation),
    close: () => bot.stop(),
  }
})
