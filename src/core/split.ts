import { borderBefore } from './cut.ts'
import { linesOf, type Block, type Line, type Span } from './markup.ts'

/** What one message of a platform holds. */
export interface Fit {
  /** In the units of `sizeOf`. At least 1,500, so that the longest link fits. */
  readonly most: number
  /** What the block takes of a message, its distance to the block before included. */
  readonly sizeOf: (block: Block) => number
  readonly mostParts: number
  /** What the last message keeps free, for buttons. Less than half of `most`. */
  readonly keptFree: number
}

/**
 * A long reply as several messages. It is divided between paragraphs, else between items of a list, lines or words; a
 * link, code in a line and an emoji stay whole, code that is longer than a message is closed and opened again, and a list
 * goes on with its numbers. What does not fit into `mostParts` is left out, and the end says how many characters that is.
 */
export function splitBlocks(blocks: readonly Block[], fit: Fit): readonly (readonly Block[])[] {
  if (blocks.length === 0) return []
  if (sizeOfAll(blocks, fit) <= fit.most - fit.keptFree) return [blocks]
  const parts = fill(blocks, fit.most, { ...fit, mostParts: fit.mostParts + 1 })
  const roomy = parts.length > fit.mostParts ? parts : withRoomAtTheEnd(parts, fit)
  if (roomy.length <= fit.mostParts) return roomy
  const kept = roomy.slice(0, fit.mostParts - 1)
  const left = roomy.slice(fit.mostParts - 1).flat()
  const [last = []] = fill(left, fit.most - fit.keptFree - longestEnd, { ...fit, mostParts: 2 })
  const note = endNote(lengthOf(left) - lengthOf(last))
  return [...kept, [...last, { kind: 'paragraph', lines: [[{ kind: 'text', text: note }]] }]]
}

const longestEnd = 150

/** What stands at the end of a reply that is too long for any number of messages. */
export function endNote(characters: number): string {
  return `… (${characters.toLocaleString('en')} characters more)`
}

function withRoomAtTheEnd(parts: readonly Block[][], fit: Fit): Block[][] {
  const last = parts.at(-1) ?? []
  if (sizeOfAll(last, fit) <= fit.most - fit.keptFree) return [...parts]
  return [...parts.slice(0, -1), ...fill(last, fit.most - fit.keptFree, fit)]
}

/** The characters a reader sees, without the distances between lines. */
function lengthOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + linesOf(block).reduce((all, line) => all + lengthOfLine(line), 0), 0)
}

function lengthOfLine(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0)
}

function sizeOfAll(blocks: readonly Block[], { sizeOf }: Pick<Fit, 'sizeOf'>): number {
  return blocks.reduce((sum, block) => sum + sizeOf(block), 0)
}

/**
 * Parts of at most `most`, the last of `mostParts` with all that is left, however much. A block that would fit into a part
 * of its own is divided only where half a part stayed empty.
 */
function fill(
  blocks: readonly Block[],
  most: number,
  { sizeOf, mostParts }: Pick<Fit, 'sizeOf' | 'mostParts'>,
): Block[][] {
  const parts: Block[][] = []
  let part: Block[] = []
  let room = most
  const close = (): void => {
    parts.push(part)
    part = []
    room = most
  }
  const waiting = blocks.toReversed()
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    const size = parts.length < mostParts - 1 ? sizeOf(block) : 0
    if (size <= room) {
      part.push(block)
      room -= size
      continue
    }
    const mayMove = size <= most && room < most / 2
    const [head, ...tail] = mayMove ? [] : divide(block, part.length === 0, (some) => sizeOf(some) <= room)
    if (head !== undefined) part.push(head)
    waiting.push(...(head === undefined ? [block] : tail.toReversed()))
    close()
  }
  if (part.length > 0) close()
  return parts
}

type Fits = (block: Block) => boolean

/** The part of a block that fits, then the rest; nothing when no part of it fits. `isForced`: then anything must do. */
function divide(block: Block, isForced: boolean, fits: Fits): readonly Block[] {
  switch (block.kind) {
    case 'table':
      return isForced ? [block] : []
    case 'code':
      return divideCode(block.text, isForced, fits)
    case 'heading': {
      const halves = divideLine(block.spans, isForced, (spans) => fits({ kind: 'heading', spans }))
      return halves === undefined ? [] : halves.map((spans) => ({ kind: 'heading', spans }))
    }
    case 'paragraph': {
      const count = mostThat(block.lines.length, (some) =>
        fits({ kind: 'paragraph', lines: block.lines.slice(0, some) }),
      )
      const [first = [], ...others] = block.lines.slice(count)
      if (count > 0)
        return [block.lines.slice(0, count), [first, ...others]].map((lines) => ({ kind: 'paragraph', lines }))
      const halves = divideLine(first, isForced, (spans) => fits({ kind: 'paragraph', lines: [spans] }))
      if (halves === undefined) return []
      return [[halves[0]], [halves[1], ...others]].map((lines) => ({ kind: 'paragraph', lines }))
    }
    case 'list':
      return divideList(block, isForced, fits)
  }
}

/** The rest of an item stands without a bullet, and the items after it keep their numbers. */
function divideList(list: Block & { kind: 'list' }, isForced: boolean, fits: Fits): readonly Block[] {
  const { items } = list
  const from = (index: number): Block[] => {
    const rest = items.slice(index)
    if (rest.length === 0) return []
    return [{ kind: 'list', items: rest, ...(list.start === undefined ? {} : { start: list.start + index }) }]
  }
  const count = mostThat(items.length, (some) => fits({ ...list, items: items.slice(0, some) }))
  if (count > 0) return [{ ...list, items: items.slice(0, count) }, ...from(count)]
  const halves = divideLine(items[0] ?? [], isForced, (item) => fits({ ...list, items: [item] }))
  if (halves === undefined) return []
  return [{ ...list, items: [halves[0]] }, { kind: 'paragraph', lines: [halves[1]] }, ...from(1)]
}

function divideCode(text: string, isForced: boolean, fits: Fits): readonly Block[] {
  const lines = text.split('\n')
  const count = mostThat(lines.length, (some) => fits({ kind: 'code', text: lines.slice(0, some).join('\n') }))
  const halves =
    count > 0
      ? [lines.slice(0, count).join('\n'), lines.slice(count).join('\n')]
      : isForced
        ? atCharacter(
            text,
            mostThat(text.length, (some) => fits({ kind: 'code', text: text.slice(0, some) })),
          )
        : []
  return halves.filter((half) => half !== '').map((half) => ({ kind: 'code', text: half }))
}

/** A line in two: after a word, or between two spans; where neither is possible and it must be, between two characters. */
function divideLine(line: Line, isForced: boolean, fits: (line: Line) => boolean): readonly [Line, Line] | undefined {
  const count = mostThat(line.length, (some) => fits(line.slice(0, some)))
  const before = line.slice(0, count)
  const span = line[count]
  if (span === undefined) return undefined
  const cut = (text: string): Span => ({ ...span, text })
  const fitting = mostThat(span.text.length, (some) => fits([...before, cut(span.text.slice(0, some))]))
  const isDivisible = span.kind === 'text' || span.kind === 'bold'
  const space = isDivisible ? span.text.lastIndexOf(' ', fitting - 1) + 1 : 0
  if (space === 0 && count > 0) return [before, line.slice(count)]
  if (space === 0 && (!isForced || span.kind === 'link')) return undefined
  const [head, tail] = space > 0 ? [span.text.slice(0, space), span.text.slice(space)] : atCharacter(span.text, fitting)
  return [
    [...before, cut(head)],
    [...(tail === '' ? [] : [cut(tail)]), ...line.slice(count + 1)],
  ]
}

/** A text in two at the last whole character within the limit; after the first one where not even that fits. */
function atCharacter(text: string, limit: number): [string, string] {
  const border = borderBefore(text, limit)
  const end = border > 0 ? border : (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1
  return [text.slice(0, end), text.slice(end)]
}

/**
 * The largest count, 0 to `count`, for which the claim holds; it holds for every smaller one too. Looked for from below, so
 * that it costs no more than what fits, however long the rest is.
 */
function mostThat(count: number, holds: (some: number) => boolean): number {
  let [low, high] = [0, 1]
  while (high <= count && holds(high)) [low, high] = [high, high * 2]
  high = Math.min(high - 1, count)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}
