/** A column of a table: its heading, and where its values stand. Numbers stand to the right. */
export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

export function left(title: string): Column {
  return { title, align: 'left' }
}

export function right(title: string): Column {
  return { title, align: 'right' }
}

/** A table in plain characters, each line ended; two spaces between columns, none at the end of a line. */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))))
  return lines
    .map((line) =>
      columns
        .map(({ align }, index) => pad(line[index] ?? '', widths[index] ?? 0, align))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function widthOf(text: string): number {
  return Array.from(text).length
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + space : space + text
}

/** A share of 0 to 1 for people: `12.5 %`. */
export function printShare(share: number): string {
  const tenths = Math.round(Math.abs(share) * 1000) / 10
  return `${share < 0 && tenths > 0 ? '-' : ''}${tenths} %`
}

/** `1 message`, `2 messages`, `12,000 messages`. */
export function printCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
