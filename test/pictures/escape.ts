/** Text as HTML shows it, with nothing in it that HTML would read. */
export function toHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A field of something a platform was sent. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

/** A field that is text; nothing when it is absent. */
export function textOf(value: unknown, name = 'text'): string {
  const found = field(value, name)
  return typeof found === 'string' ? found : ''
}

/** A field that is a list; empty when it is absent. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name)
  return Array.isArray(found) ? found : []
}
