/** One reply as a visitor of the web gets it, with the receipt that loopback is shown. */
export interface Heard {
  readonly text: string
  readonly labels: readonly string[]
  readonly receipt: Receipt | undefined
  readonly durationMs: number
}

export interface Receipt {
  readonly tier: number
  readonly route: string
  readonly because: string
  readonly costMicroDollars: number
  readonly calls: readonly Readonly<Record<string, unknown>>[]
  readonly notAsked: readonly string[]
}

/** Somebody who writes to the web chat of a bot, with a cookie and a conversation of their own. */
export interface Visitor {
  say(text: string): Promise<Heard>
  /** Presses the newest button with this label. */
  press(label: string): Promise<Heard>
  /** Every text so far. */
  readonly heard: readonly string[]
}

interface Body {
  readonly conversation: string
  readonly replies: readonly {
    readonly text: string
    readonly actions: readonly { readonly id: string; readonly label: string }[]
  }[]
  readonly receipt?: Receipt
}

export function openVisitor(url: string): Visitor {
  const heard: string[] = []
  const buttons: { readonly id: string; readonly label: string }[] = []
  let cookie = ''
  let conversation: string | undefined

  const post = async (path: string, body: object): Promise<Heard> => {
    const begunMs = performance.now()
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ ...body, ...(conversation === undefined ? {} : { conversation }) }),
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    const answer = (await response.json()) as Body
    conversation = answer.conversation
    const actions = answer.replies.flatMap((reply) => reply.actions)
    buttons.push(...actions)
    const text = answer.replies.map((reply) => reply.text).join('\n')
    heard.push(text)
    const labels = actions.map(({ label }) => label)
    return { text, labels, receipt: answer.receipt, durationMs: performance.now() - begunMs }
  }
  return {
    heard,
    say: (text) => post('/api/chat', { text }),
    press: async (label) => {
      const button = buttons.findLast((one) => one.label === label)
      if (button === undefined) throw new Error(`no button “${label}” among ${buttons.map((one) => one.label).join()}`)
      return await post('/api/chat/action', { action: button.id })
    },
  }
}
