import type { Measured } from './measured.ts'

/** A line of a chart: points from 0 to 1 in both directions. */
interface Line {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number; readonly size?: number }[]
}

interface Axes {
  readonly title: string
  readonly x: string
  readonly y: string
  /** The lowest value of either axis that is drawn; the highest is 1. */
  readonly from: { readonly x: number; readonly y: number }
  readonly steps: number
  /** Draws the line on which both values are equal. */
  readonly hasDiagonal: boolean
}

const width = 640
const height = 420
const edge = { left: 64, right: 168, top: 44, bottom: 56 }
/** Told apart also by those who see fewer colours (Okabe and Ito 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#888888', '#000000']

/** How right a contender is where it says how sure it is: bins of confidence against the share that was right. */
export function reliabilityChart(set: string, measured: readonly Measured[]): string {
  const lines = measured.map(({ name, judgement }) => ({
    name,
    points: judgement.reliability.map(({ confidence, right, messages }) => ({
      x: confidence,
      y: right,
      size: messages,
    })),
  }))
  return chart(lines, {
    title: `${set}: stated confidence and share that was right`,
    x: 'stated confidence',
    y: 'share that was right',
    from: { x: 0, y: 0 },
    steps: 5,
    hasDiagonal: true,
  })
}

/** What share can be answered, the most confident first, and what share of those answers is right. */
export function coverageChart(set: string, measured: readonly Measured[]): string {
  const lines = measured.map(({ name, judgement }) => ({
    name,
    points: judgement.curve.map(({ coverage, precision }) => ({ x: coverage, y: precision })),
  }))
  return chart(lines, {
    title: `${set}: answered free, and right`,
    x: 'share of messages answered, most confident first',
    y: 'share of those answers that is right',
    from: { x: 0, y: 0.7 },
    steps: 6,
    hasDiagonal: false,
  })
}

function chart(lines: readonly Line[], axes: Axes): string {
  const right = width - edge.right
  const bottom = height - edge.bottom
  const atX = (x: number): number => edge.left + ((x - axes.from.x) / (1 - axes.from.x)) * (right - edge.left)
  const atY = (y: number): number => bottom - ((y - axes.from.y) / (1 - axes.from.y)) * (bottom - edge.top)
  const place = { atX, atY, right, bottom }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(axes.title)}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${edge.left}" y="24" font-size="15" fill="#222">${escaped(axes.title)}</text>`,
    ...grid(axes, place),
    ...lines.flatMap((line, index) => drawn(line, { ...place, axes, index })),
    '</svg>\n',
  ].join('\n')
}

interface Place {
  readonly atX: (x: number) => number
  readonly atY: (y: number) => number
  readonly right: number
  readonly bottom: number
}

function grid(axes: Axes, { atX, atY, right, bottom }: Place): string[] {
  const marks = Array.from({ length: axes.steps + 1 }, (_, index) => index / axes.steps)
  const scale = (from: number, share: number): number => from + share * (1 - from)
  const percent = (value: number): string => `${Math.round(value * 100)} %`
  return [
    ...marks.flatMap((mark) => {
      const [x, y] = [scale(axes.from.x, mark), scale(axes.from.y, mark)]
      return [
        `<line x1="${length(atX(x))}" y1="${edge.top}" x2="${length(atX(x))}" y2="${bottom}" stroke="#ddd"/>`,
        `<line x1="${edge.left}" y1="${length(atY(y))}" x2="${right}" y2="${length(atY(y))}" stroke="#ddd"/>`,
        `<text x="${length(atX(x))}" y="${bottom + 18}" text-anchor="middle" fill="#444">${percent(x)}</text>`,
        `<text x="${edge.left - 8}" y="${length(atY(y) + 4)}" text-anchor="end" fill="#444">${percent(y)}</text>`,
      ]
    }),
    ...(axes.hasDiagonal
      ? [
          `<line x1="${length(atX(0))}" y1="${length(atY(0))}" x2="${length(atX(1))}" y2="${length(atY(1))}" stroke="#999" stroke-dasharray="4 4"/>`,
        ]
      : []),
    `<text x="${length((edge.left + right) / 2)}" y="${height - 14}" text-anchor="middle" fill="#222">${escaped(axes.x)}</text>`,
    `<text transform="translate(16 ${length((edge.top + bottom) / 2)}) rotate(-90)" text-anchor="middle" fill="#222">${escaped(axes.y)}</text>`,
  ]
}

function drawn(line: Line, { atX, atY, right, axes, index }: Place & { axes: Axes; index: number }): string[] {
  const colour = colours[index % colours.length] ?? '#000'
  const inside = line.points.filter(({ y }) => y >= axes.from.y)
  const path = inside.map(({ x, y }) => `${length(atX(x))},${length(atY(y))}`).join(' ')
  const all = line.points.reduce((sum, { size = 0 }) => sum + size, 0)
  const dots = inside.flatMap(({ x, y, size }) =>
    size === undefined
      ? []
      : [
          `<circle cx="${length(atX(x))}" cy="${length(atY(y))}" r="${length(2 + 10 * Math.sqrt(size / all))}" fill="${colour}" fill-opacity="0.5"/>`,
        ],
  )
  const legend = edge.top + 12 + index * 20
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${index === 0 ? 3 : 1.5}"/>`,
    ...dots,
    `<line x1="${right + 12}" y1="${legend - 4}" x2="${right + 32}" y2="${legend - 4}" stroke="${colour}" stroke-width="3"/>`,
    `<text x="${right + 38}" y="${legend}" fill="#222">${escaped(line.name)}</text>`,
  ]
}

/** A length with one decimal. */
function length(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
