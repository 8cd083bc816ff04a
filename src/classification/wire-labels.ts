import { labelSources, type Label, type LabelPlace } from '../core/labels.ts'

/** One page of labels as a running bot gives it; their texts hold no personal details. */
export interface WireLabels {
  readonly labels: readonly (Omit<Label, 'at'> & { readonly at: string })[]
  /** Asks for the page after this one; left out where this one is empty. */
  readonly next?: string
}

/** What a page is named by: `2026-11-28T09:30:00.000Z~c0193…`. */
function printPlace({ at, id }: LabelPlace): string {
  return `${at.toISOString()}~${id}`
}

/** Undefined when it is none of ours. */
export function parsePlace(text: string): LabelPlace | undefined {
  const border = text.indexOf('~')
  const at = new Date(border < 0 ? '' : text.slice(0, border))
  return Number.isNaN(at.getTime()) ? undefined : { at, id: text.slice(border + 1) }
}

/** Labels as they go over the wire. */
export function toWireLabels(labels: readonly Label[], next: LabelPlace | undefined): WireLabels {
  return {
    labels: labels.map(({ id, at, source, text, intent, confidence, stage, candidates }) => ({
      id,
      at: at.toISOString(),
      source,
      text,
      intent,
      confidence,
      stage,
      candidates,
    })),
    ...(next === undefined ? {} : { next: printPlace(next) }),
  }
}

/** Whether an answer of a running bot is a page of labels, enough to refuse one of another version. */
export function isWireLabels(value: unknown): value is WireLabels {
  if (typeof value !== 'object' || value === null || !('labels' in value) || !Array.isArray(value.labels)) return false
  return value.labels.every(isWireLabel)
}

function isWireLabel(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isText = (field: string): boolean => typeof Reflect.get(value, field) === 'string'
  const source: unknown = Reflect.get(value, 'source')
  const candidates: unknown = Reflect.get(value, 'candidates')
  return (
    ['id', 'at', 'text', 'intent', 'stage'].every(isText) &&
    labelSources.some((known) => known === source) &&
    Array.isArray(candidates)
  )
}
