/** A piece of text that the network knows, and how likely it is: a logarithm, or `null` for 0. */
export type Piece = readonly [text: string, score: number | null]

interface Node {
  readonly next: Map<number, Node>
  /** The number of the piece that ends here. */
  id?: number
  score: number
}

/** The first pieces are marks of the network's own training; no text has them. */
const reservedPieces = 6
const unknownId = 0
/** Stands for a space, and before the first word. */
const spaceMark = '\u2581'

/**
 * Cuts a text into the numbers of its most likely pieces, as the packaged tokenizer of the network does (a unigram model, by
 * Viterbi's method), with its oddities: whatever is at the sum 0 counts as not yet reached, and of equals the later begun wins.
 */
export function createTokenizer(pieces: readonly Piece[]): (text: string) => number[] {
  const root: Node = { next: new Map(), score: 0 }
  const lengths = pieces.map(([text]) => text.length)
  for (const [id, [text, score]] of pieces.entries())
    if (id >= reservedPieces) insert(root, text, { id, score: score ?? 0 })

  return (text) => {
    const normal = text.normalize('NFKC')
    if (normal === '') return []
    const points = Array.from(spaceMark + normal.replaceAll(' ', spaceMark), (symbol) => symbol.codePointAt(0) ?? 0)
    return walkBack(mostLikely(points, root), lengths)
  }
}

function insert(root: Node, text: string, { id, score }: { readonly id: number; readonly score: number }): void {
  let node = root
  for (const symbol of text) {
    const point = symbol.codePointAt(0) ?? 0
    const next = node.next.get(point) ?? { next: new Map(), score: 0 }
    node.next.set(point, next)
    node = next
  }
  node.id = id
  node.score = score
}

/** For each place in the text, the piece that ends there on the most likely way. */
function mostLikely(points: readonly number[], root: Node): Uint16Array {
  const best = new Float64Array(points.length + 1)
  const ending = new Uint16Array(points.length + 1)
  const consider = (end: number, score: number, id: number): void => {
    if (best[end] !== 0 && score < (best[end] ?? 0)) return
    best[end] = score
    ending[end] = id
  }
  for (let start = 0; start < points.length; start += 1) {
    const before = best[start] ?? 0
    let isKnown = false
    let node = root.next.get(points[start] ?? 0)
    for (let end = start + 1; node !== undefined; end += 1) {
      if (node.id !== undefined) {
        consider(end, node.score + before, node.id)
        isKnown = true
      }
      node = end < points.length ? node.next.get(points[end] ?? 0) : undefined
    }
    if (!isKnown) consider(start + 1, before, unknownId)
  }
  return ending
}

/** What is unknown in a row becomes one token. */
function walkBack(ending: Uint16Array, lengths: readonly number[]): number[] {
  const ids: number[] = []
  for (let place = ending.length - 1; place > 0;) {
    const id = ending[place] ?? unknownId
    if (id !== unknownId || ids.at(-1) !== unknownId) ids.push(id)
    place -= lengths[id] ?? 1
  }
  return ids.reverse()
}
