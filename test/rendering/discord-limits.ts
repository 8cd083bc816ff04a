import type { Finding } from './finding.ts'

/** A message as it is handed to Discord. */
export interface DiscordMessage {
  readonly content?: string | undefined
  readonly components: readonly object[]
  readonly flags?: number | undefined
}

const componentsV2 = 1 << 15

/**
 * Says where Discord would refuse a message (https://docs.discord.com/developers/resources/message and
 * /components/reference, read 2026-11-27). A component that is not named here is refused.
 */
export function discordLimits(message: DiscordMessage): Finding[] {
  const { content, components, flags = 0 } = message
  const isV2 = (flags & componentsV2) !== 0
  const faults = components.flatMap((component) => checkComponent(component, isV2))
  if (isV2 && content !== undefined) faults.push('content beside components v2')
  if (!isV2 && (content ?? '').length > 2000) faults.push(`${content?.length} characters`)
  if (!isV2 && components.length > 5) faults.push(`${components.length} rows`)
  if (countOf(components) > 40) faults.push(`${countOf(components)} components`)
  const text = textsOf(components).join('')
  if (text.length > 4000) faults.push(`${text.length} characters in components`)
  const ids = idsOf(components)
  if (new Set(ids).size < ids.length) faults.push('a custom id twice')
  return faults.map((what) => ({ kind: 'limit', what }))
}

/** What of a message is read as Markdown. */
export function markdownOf({ content, components }: DiscordMessage): string {
  return [...(content === undefined ? [] : [content]), ...textsOf(components)].join('\n\n')
}

function get(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function childrenOf(component: unknown): readonly unknown[] {
  const children = get(component, 'components')
  return Array.isArray(children) ? children : []
}

function countOf(components: readonly unknown[]): number {
  return components.reduce<number>((sum, component) => sum + 1 + countOf(childrenOf(component)), 0)
}

function textsOf(components: readonly unknown[]): string[] {
  return components.flatMap((component) => {
    const content = get(component, 'content')
    return [...(typeof content === 'string' ? [content] : []), ...textsOf(childrenOf(component))]
  })
}

function idsOf(components: readonly unknown[]): unknown[] {
  return components.flatMap((component) => {
    const id = get(component, 'custom_id')
    return [...(id === undefined ? [] : [id]), ...idsOf(childrenOf(component))]
  })
}

function checkLength(value: unknown, most: number, what: string): string[] {
  const isRight = typeof value === 'string' && value.length >= 1 && value.length <= most && value.trim() !== ''
  return isRight ? [] : [`${what}: ${JSON.stringify(value)}`]
}

function checkComponent(component: unknown, isV2: boolean): string[] {
  const children = childrenOf(component)
  const inner = children.flatMap((child) => checkComponent(child, isV2))
  switch (get(component, 'type')) {
    case 1: {
      const isSelect = children.some((child) => get(child, 'type') === 3)
      const most = isSelect ? 1 : 5
      return [...inner, ...(children.length >= 1 && children.length <= most ? [] : [`${children.length} in a row`])]
    }
    case 2:
      return [
        ...checkLength(get(component, 'custom_id'), 100, 'custom id'),
        ...checkLength(get(component, 'label'), 80, 'label'),
        ...([1, 2, 3, 4].includes(Number(get(component, 'style'))) ? [] : ['style']),
      ]
    case 3:
      return [...checkLength(get(component, 'custom_id'), 100, 'custom id'), ...checkOptions(component)]
    case 10:
      return [
        ...(isV2 ? [] : ['text display without its flag']),
        ...checkLength(get(component, 'content'), 4000, 'text'),
      ]
    case 17: {
      const accent = Number(get(component, 'accent_color') ?? 0)
      const isRight = isV2 && children.length >= 1 && accent >= 0 && accent <= 0xffffff
      return [...inner, ...(isRight ? [] : ['container'])]
    }
    default:
      return [`a component nobody checks: ${String(get(component, 'type'))}`]
  }
}

function checkOptions(component: unknown): string[] {
  const options = get(component, 'options')
  const list: readonly unknown[] = Array.isArray(options) ? options : []
  const values = list.map((option) => get(option, 'value'))
  return [
    ...(list.length >= 1 && list.length <= 25 ? [] : [`${list.length} options`]),
    ...(new Set(values).size === values.length ? [] : ['an option twice']),
    ...list.flatMap((option) => [
      ...checkLength(get(option, 'label'), 100, 'label'),
      ...checkLength(get(option, 'value'), 100, 'value'),
    ]),
  ]
}
