import type { Channels } from './channels.ts'
import { refuseContent } from './channels.ts'
import { blocksOf, field, type Fields, refused, type SlackBlock, textOf } from './fields.ts'

/** Something only one person sees. */
export interface SlackEphemeral {
  readonly channel: string
  readonly user: string
  readonly ts: string
  readonly thread_ts: string | undefined
  readonly text: string
  readonly blocks: readonly SlackBlock[]
}

interface ResponseUrl {
  readonly channel: string
  readonly user: string
  /** The message that was acted on. */
  readonly ts: string | undefined
  readonly since: number
  uses: number
}

const mostUses = 5
const lifeMs = 30 * 60_000

/** Addresses under which an interaction may be answered for a while (https://docs.slack.dev/interactivity/handling-user-interaction, read 2026-11-27). */
export class ResponseUrls {
  readonly #known = new Map<string, ResponseUrl>()
  readonly #channels: Channels
  readonly #whisper: (ephemeral: Omit<SlackEphemeral, 'ts'>) => void

  constructor(channels: Channels, whisper: (ephemeral: Omit<SlackEphemeral, 'ts'>) => void) {
    this.#channels = channels
    this.#whisper = whisper
  }

  add(id: string, url: Pick<ResponseUrl, 'channel' | 'user' | 'ts'>): void {
    this.#known.set(id, { ...url, since: Date.now(), uses: 0 })
  }

  /** @returns the status and the answer */
  answer(id: string, body: Fields, bot: { user: string; bot: string }): readonly [number, Fields | 'ok'] {
    const url = this.#known.get(id)
    if (url === undefined || Date.now() - url.since > lifeMs) return [404, refused('expired_url')]
    if (url.uses >= mostUses) return [404, refused('used_url')]
    url.uses += 1
    const place = { channel: url.channel, ts: url.ts }
    if (field(body, 'delete_original') === true) return [200, this.#channels.delete(place, bot)]
    const why = refuseContent(body)
    if (why !== undefined) return [200, why]
    if (field(body, 'replace_original') === true && this.#channels.find(place) !== undefined)
      return [200, this.#channels.update({ ...body, ...place }, bot)]
    const thread = textOf(body, 'thread_ts')
    if (field(body, 'response_type') === 'in_channel') this.#channels.add({ ...body, channel: url.channel }, bot)
    else {
      const shared = {
        channel: url.channel,
        user: url.user,
        text: textOf(body, 'text'),
        blocks: blocksOf(body, 'blocks'),
      }
      this.#whisper({ ...shared, thread_ts: thread === '' ? undefined : thread })
    }
    return [200, 'ok']
  }
}
