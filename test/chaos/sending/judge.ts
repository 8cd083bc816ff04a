/** A question as the customer's side of the platform remembers it. Times are milliseconds of one clock. */
export interface Question {
  /** It is part of the question and of its answer, unless the question is open. */
  readonly number: number
  /** The only one of its conversation: whatever is said there answers it. */
  readonly isOpen?: boolean
  readonly conversation: string
  readonly saidAt: number
  /** When the platform heard "got it"; undefined when it never did. */
  readonly acknowledgedAt: number | undefined
}

/** A reply that can be seen, in the order in which its conversation shows it. */
export interface Visible {
  readonly conversation: string
  readonly text: string
}

/** What became of the questions that the platform was told are taken. */
export interface Verdict {
  readonly questions: number
  readonly acknowledged: number
  readonly exactlyOneReply: number
  readonly lost: readonly number[]
  readonly doubled: readonly number[]
  /** Pairs of questions of which the second was asked when the first was taken, and answered before it. */
  readonly outOfOrder: readonly (readonly [number, number])[]
  /** Replies that stand in another conversation than their question, or that answer none. */
  readonly astray: readonly string[]
}

/** Judges by what can be seen alone. */
export function judge(questions: readonly Question[], visible: readonly Visible[]): Verdict {
  const places = new Map<number, number[]>()
  const astray: string[] = []
  const byNumber = new Map(questions.map((question) => [question.number, question]))
  const open = new Map(questions.filter(({ isOpen }) => isOpen).map((question) => [question.conversation, question]))
  for (const [place, { conversation, text }] of visible.entries()) {
    const number = open.get(conversation)?.number ?? numberIn(text)
    if (number === undefined || byNumber.get(number)?.conversation !== conversation) astray.push(text)
    else places.set(number, [...(places.get(number) ?? []), place])
  }
  const taken = questions.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined)
  const shownTimes = ({ number }: Question): number => places.get(number)?.length ?? 0
  return {
    questions: questions.length,
    acknowledged: taken.length,
    exactlyOneReply: taken.filter((question) => shownTimes(question) === 1).length,
    lost: taken.filter((question) => shownTimes(question) === 0).map(({ number }) => number),
    doubled: questions.filter((question) => shownTimes(question) > 1).map(({ number }) => number),
    outOfOrder: [...Map.groupBy(questions, ({ conversation }) => conversation).values()].flatMap((conversation) =>
      inversions(conversation, places),
    ),
    astray,
  }
}

function inversions(
  conversation: readonly Question[],
  places: ReadonlyMap<number, readonly number[]>,
): readonly (readonly [number, number])[] {
  return conversation.flatMap((first) =>
    conversation.flatMap((second): readonly (readonly [number, number])[] => {
      const [before] = places.get(first.number) ?? []
      const [after] = places.get(second.number) ?? []
      const isAskedAfter = first.acknowledgedAt !== undefined && first.acknowledgedAt < second.saidAt
      const isInverted = before !== undefined && after !== undefined && after < before
      return isAskedAfter && isInverted ? [[first.number, second.number]] : []
    }),
  )
}

/** The question that a reply answers: it names the ticket that was asked for. */
function numberIn(text: string): number | undefined {
  const found = /T-(\d+)/.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** What is asked: whoever has no such ticket is told so, with its number. */
export function ask(number: number): string {
  return `what is the status of ticket T-${number}?`
}
