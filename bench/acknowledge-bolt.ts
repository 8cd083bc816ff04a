import { App, HTTPReceiver } from '@slack/bolt'

/* Slack's own library with nothing behind it: what the same requests cost at least. */
const receiver = new HTTPReceiver({ signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '' })
const app = new App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-example', botId: 'B0BOT', botUserId: 'U0BOT' }),
})
app.event('message', async () => {})
const server = await app.start({ port: Number(process.env['PORT']), host: '127.0.0.1' })
const address = 'address' in server ? server.address() : undefined
const port = typeof address === 'object' && address !== null ? address.port : 0
process.send?.({ url: `http://127.0.0.1:${port}` })
