import { foldHours, paidTiers, sumOf, type HourCost } from '../core/hours.ts'
import { printDollars } from '../core/money.ts'
import type { TierHour } from '../core/spending.ts'
import { createCanvas, heightOf, widthOf, type Canvas } from './canvas.ts'
import { ticksUpTo } from './ticks.ts'

/** What the picture shows. */
export interface SpendOfDay {
  /** YYYY-MM-DD. */
  readonly day: string
  readonly timeZone: string
  readonly hours: readonly TierHour[]
  readonly words: { readonly title: string; readonly tier: string }
}

/** Tiers whose calls can cost something, with colours that people who see few colours can tell apart as well. */
const colours = {
  background: [255, 255, 255],
  ink: [31, 41, 55],
  faint: [107, 114, 128],
  line: [226, 230, 236],
  axis: [148, 156, 168],
  tier1: [0, 158, 115],
  tier2: [86, 180, 233],
  tier3: [230, 159, 0],
  tier4: [190, 63, 110],
} as const

type ColourName = keyof typeof colours
const coloured = { 1: 'tier1', 2: 'tier2', 3: 'tier3', 4: 'tier4' } as const satisfies Record<
  (typeof paidTiers)[number],
  ColourName
>

const size = { width: 800, height: 400 }
/** Where the bars stand. */
const plot = { top: 116, bottom: 346, right: 780 }
const hoursOfDay = 24
/** Letters: of the headline, and of everything else. */
const large = 3
const small = 2

/** The day's spending by hour and tier as stacked bars: a PNG of 800 by 400 points. */
export function drawSpendOfDay(spend: SpendOfDay): Uint8Array {
  const { hours } = spend
  const canvas = createCanvas<ColourName>(size, colours)
  const bars = foldHours(hours, 0, hoursOfDay - 1)
  const ticks = ticksUpTo(Math.max(...bars.map(({ charged }) => charged)))
  const left = 36 + Math.max(...ticks.map(({ label }) => widthOf(label, small)))
  writeHead(canvas, spend)
  const highest = ticks.at(-1)?.at ?? 1
  const heightAt = (amount: number): number => Math.round((amount / highest) * (plot.bottom - plot.top))
  for (const { at, label } of ticks) {
    const y = plot.bottom - heightAt(at)
    canvas.paint({ x: left, y, width: plot.right - left, height: at === 0 ? 2 : 1 }, at === 0 ? 'axis' : 'line')
    canvas.write(label, { x: left - 12, y: y - Math.round(heightOf(small) / 2), scale: small, align: 'right' }, 'faint')
  }
  const slot = (plot.right - left) / hoursOfDay
  for (const bar of bars) {
    const x = Math.round(left + bar.hour * slot + slot * 0.14)
    drawBar(canvas, bar, { x, width: Math.round(slot * 0.72), heightAt })
    if (bar.hour % 3 === 0) writeHour(canvas, bar.hour, Math.round(left + (bar.hour + 0.5) * slot))
  }
  return canvas.toPng()
}

interface BarPlace {
  readonly x: number
  readonly width: number
  readonly heightAt: (amount: number) => number
}

/** What cost anything is seen, however little it is beside the rest. */
function drawBar(canvas: Canvas<ColourName>, { parts }: HourCost, { x, width, heightAt }: BarPlace): void {
  let below = 0
  let drawn = 0
  for (const { tier, charged } of parts) {
    if (charged === 0) continue
    below += charged
    const reached = Math.max(heightAt(below), drawn + 2)
    canvas.paint({ x, y: plot.bottom - reached, width, height: reached - drawn }, coloured[tier])
    drawn = reached
  }
}

function writeHour(canvas: Canvas<ColourName>, hour: number, x: number): void {
  const label = `${String(hour).padStart(2, '0')}:00`
  canvas.write(label, { x, y: plot.bottom + 14, scale: small, align: 'centre' }, 'faint')
}

function writeHead(canvas: Canvas<ColourName>, { day, timeZone, hours, words }: SpendOfDay): void {
  canvas.write(words.title, { x: 20, y: 20, scale: large }, 'ink')
  canvas.write(printDollars(sumOf(hours)), { x: plot.right, y: 20, scale: large, align: 'right' }, 'ink')
  canvas.write(`${day} · ${timeZone}`, { x: 20, y: 54, scale: small }, 'faint')
  let x = 20
  for (const tier of paidTiers) {
    const charged = sumOf(hours.filter((each) => each.tier === tier))
    if (charged === 0) continue
    const label = `${words.tier} ${tier}: ${printDollars(charged)}`
    canvas.paint({ x, y: 80, width: 14, height: 14 }, coloured[tier])
    canvas.write(label, { x: x + 22, y: 80, scale: small }, 'ink')
    x += 22 + widthOf(label, small) + 28
  }
}
