import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CORE_SCHEMA, load, YAMLException } from 'js-yaml'
import type { z } from 'zod'
import type { Faults } from './faults.ts'

/** A file of the configuration: where it is, and what an operator calls it. */
export interface File {
  readonly path: string
  readonly name: string
}

/** The folder of the files that come with the bot. */
export const shippedFolder = dirname(fileURLToPath(import.meta.url))

/** The operator's file of that name, or the shipped one that it stands in for. */
export function fileOf(name: string, own: string | undefined): File {
  const path = own === undefined ? undefined : join(own, name)
  return { name, path: path !== undefined && existsSync(path) ? path : join(shippedFolder, name) }
}

/** What a YAML file says, checked; undefined when it has faults. */
export function readYaml<Schema extends z.ZodType>(
  { path, name }: File,
  schema: Schema,
  faults: Faults,
): z.output<Schema> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    faults.add(name, 'the file', `cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
  const content = parsed.get(text) ?? parse(text, name, faults)
  return content === undefined ? undefined : faults.check(name, content.value, schema)
}

/**
 * What each text says. The files of models and prices are read again and again while the bot runs, and parsing is most of
 * the work. A schema makes a value of its own from what is here.
 */
const parsed = new Map<string, { readonly value: unknown }>()

/** Far more files than a configuration has. */
const mostParsed = 200

function parse(text: string, name: string, faults: Faults): { readonly value: unknown } | undefined {
  try {
    const value: unknown = load(text, { schema: CORE_SCHEMA })
    const content = { value }
    if (parsed.size >= mostParsed) parsed.clear()
    parsed.set(text, content)
    return content
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const { line } = error.mark ?? {}
    const place = line === undefined ? 'the file' : `line ${line + 1}`
    faults.add(name, place, `${error.reason}${hintFor(text, line)}`)
    return undefined
  }
}

/** `*` begins an alias where a text has no quotes. @param line from 0 */
function hintFor(text: string, line: number | undefined): string {
  const wrong = line === undefined ? '' : (text.split('\n')[line] ?? '')
  return /[:-]\s+\*/.test(wrong) ? '; put texts that begin with * in quotes' : ''
}
