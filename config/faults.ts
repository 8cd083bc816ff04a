import type { z } from 'zod'
import type { ConfigFault } from '../src/core/errors.ts'

/** Collects faults, so that an operator sees all of them at once. */
export class Faults {
  readonly #found: ConfigFault[] = []

  get found(): readonly ConfigFault[] {
    return this.#found
  }

  add(file: string, path: string, problem: string): void {
    this.#found.push({ file, path, problem })
  }

  /** Checks a file's content; a fault names the path, the value that stands there and what may. */
  check<Schema extends z.ZodType>(file: string, content: unknown, schema: Schema): z.output<Schema> | undefined {
    const result = schema.safeParse(content)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys)
          this.add(file, [...issue.path, key].join('.'), 'unknown setting; remove it or correct its name')
      } else {
        const path = issue.path.join('.')
        this.add(
          file,
          path === '' ? 'the file' : path,
          `${issue.message} (here: ${shown(valueAt(content, issue.path))})`,
        )
      }
    }
    return undefined
  }
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  let value = content
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
