import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'

/** What the tests read of one service; the schema of compose files knows the rest. */
export interface ComposeService {
  readonly image?: string
  readonly user?: string
  readonly profiles?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>> | readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly stop_grace_period?: string
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly logging?: { readonly options: Readonly<Record<string, string>> }
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
}

/** The text of docker-compose.yml. */
export const composeText = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')

/** Reads docker-compose.yml anew, so that a test may change what it gets; with `values` as compose fills it in from .env. */
export function readComposeFile(values?: Readonly<Record<string, string>>): ComposeFile {
  return readYaml(composeText, (_, value) => {
    return values === undefined || typeof value !== 'string' ? value : fillIn(value, values)
  })
}

/** Reads a file of ours, so what it holds is known to whoever asks; the reviver is that of JSON.parse. */
export function readYaml(text: string, reviver?: (key: string, value: unknown) => unknown) {
  return JSON.parse(JSON.stringify(load(text)), reviver)
}

/** What compose makes of `${NAME:-default}` and `$$`. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\{(\w+):-([^}]*)\}/g, (whole: string, name = '', usual = '') =>
    whole === '$$' ? '$' : (values[name] ?? '') || String(usual),
  )
}
