import { SlackServer } from '../../servers/slack.ts'
import type { Handed } from '../../servers/slack/handing.ts'
import { toEventCallback, toMessageEvents } from '../../servers/slack/payloads.ts'
import { exampleWorkspace as workspace } from '../../servers/slack/workspaces.ts'
import type { Malice, Stage } from './stage.ts'

const signingSecret = 'the-secret-of-this-test'
/** Messages that the platform takes late come within this. */
const latestMs = 1800

/**
 * A malicious Slack. Every second conversation is a direct message, the others are threads in channels, whose first message
 * names the bot and comes twice. Each event takes Socket Mode or HTTP by chance; some come again later, as a retry would.
 */
export async function openSlackStage(seed: number, malice: Malice): Promise<Stage> {
  const slack = await new SlackServer().start()
  slack.malice({ seed, latestMs, seconds: 1, ...malice })
  slack.patience = { answerMs: 2000, retriesAfterMs: [100, 500, 1500, 3000, 5000, 8000, 12_000, 20_000, 30_000] }
  const roots = new Map<string, { readonly channel: string; readonly thread: string }>()
  const again = new Set<NodeJS.Timeout>()
  /** Where the bots listen; a request goes to any one of them, as a load balancer sends it. */
  const receivers: { readonly url: string; readonly signingSecret: string }[] = []
  let events = 0

  const hand = (event: Readonly<Record<string, unknown>>, random: () => number): Handed => {
    slack.sendTo(random() < 0.5 ? receivers[Math.floor(random() * receivers.length)] : undefined)
    events += 1
    return slack.hand(toEventCallback(event, { workspace }, `Ev${events}`))
  }
  return {
    environment: (botUrl) => {
      receivers.push({ url: `${botUrl}/slack/events`, signingSecret })
      const tokens = { SLACK_BOT_TOKEN: workspace.token, SLACK_APP_TOKEN: 'xapp-example' }
      return { ...tokens, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: slack.apiUrl }
    },
    say: (conversation, text, random) => {
      const ts = slack.world.newTs()
      const root = roots.get(conversation)
      const [place, isDirect] = [Number(conversation), Number(conversation) % 2 === 0]
      const { channel, thread } = root ?? { channel: `${isDirect ? 'D' : 'C'}0${place}EXAMPLE`, thread: ts }
      roots.set(conversation, { channel, thread })
      const isNamed = !isDirect && (root === undefined || random() < 0.3)
      const said = { text: isNamed ? `<@${workspace.user}> ${text}` : text, ts }
      const inThread = root === undefined ? said : { ...said, thread_ts: thread }
      const written = toMessageEvents(inThread, { workspace, user: `U0${place}EXAMPLE`, channel })
      const ways = (random() < 0.5 ? written : written.toReversed()).map((event) => hand(event, random))
      for (const event of written) if (random() < 0.1) later(() => hand(event, random), random() * 1500)
      return ways.map(async (way) => (await way.done, way.isAcknowledged))
    },
    visible: () =>
      slack.posts.map(({ channel, thread_ts: thread, text }) => ({ conversation: nameOf(channel, thread), text })),
    seenTwice: () => {
      const posts = slack.world.channels.sights.filter(({ kind }) => kind === 'post')
      return posts.length - new Set(posts.map(({ channel, text }) => `${channel} ${text}`)).size
    },
    mishaps: () => {
      const kinds = Map.groupBy(slack.mishaps, ({ fault }) => fault.kind)
      return Object.fromEntries([...kinds].map(([kind, faults]) => [kind, faults.length]))
    },
    close: async () => {
      for (const timer of again) clearTimeout(timer)
      await slack.close()
    },
  }

  function later(work: () => void, ms: number): void {
    const timer = setTimeout(() => {
      again.delete(timer)
      work()
    }, ms)
    again.add(timer)
  }

  function nameOf(channel: string, thread: string | undefined): string {
    for (const [name, root] of roots) if (root.channel === channel && root.thread === thread) return name
    return `${channel} ${thread ?? ''}`
  }
}
