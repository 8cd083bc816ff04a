import { App, HTTPReceiver } from '@slack/bolt'

/* Slack's own library and one line: whatever is written is written back. It keeps nothing. */
const receiver = new HTTPReceiver({ signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '' })
const app = new App({
  receiver,
  token: process.env['SLACK_BOT_TOKEN'] ?? '',
  clientOptions: { slackApiUrl: process.env['SLACK_API_URL'] ?? '' },
})
app.message(async ({ message, say }) => {
  if (message.subtype === undefined) await say({ text: message.text ?? '', thread_ts: message.thread_ts ?? message.ts })
})
const server = await app.start({ port: Number(process.env['PORT']), host: '127.0.0.1' })
const address = 'address' in server ? server.address() : undefined
const port = typeof address === 'object' && address !== null ? address.port : 0
process.send?.({ url: `http://127.0.0.1:${port}` })
