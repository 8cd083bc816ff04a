import type { CliCommand } from '../../src/core/cli.ts'
import { parseArguments, refuseFiles } from './arguments.ts'

/** One thing that was looked at. `missing` is not configured, which is fine; `failed` is configured and does not work. */
export interface Finding {
  readonly part: string
  readonly state: 'ok' | 'missing' | 'failed'
  /** What is there, or what to do. Never a secret. */
  readonly detail: string
}

const help = `Looks at what is configured, reachable and missing. Prints no secret.
Of models it tells which are lit up, which setting the others wait for, and whether their servers answer (they are asked
for their list of models, which costs nothing); of the budget, the limits and what these leave out.
Of Slack it prints the link that makes the app, and names each scope a token lacks; of Discord the invitation, with each
permission and each intent that is missing; of both the team's channel, whether the bot can use it, and who is an admin.

  --json    one JSON object: {findings: [{part, state, detail}]}

Exits 1 when something that is configured does not work.

Example: tuppence doctor
`

/** `examine` looks at every part; each look has its own limit. */
export function createDoctorCommand(examine: () => Promise<readonly Finding[]>): CliCommand {
  return {
    summary: 'what is configured, reachable, missing; never prints a secret',
    help,
    run: async (args, io) => {
      const parsed = parseArguments(args, 'doctor', {})
      refuseFiles(parsed, 'tuppence doctor')
      const findings = await examine()
      if (parsed.values['json'] === true) io.stdout.write(`${JSON.stringify({ findings })}\n`)
      else for (const finding of findings) io.stdout.write(`${toLine(finding)}\n`)
      return findings.some((finding) => finding.state === 'failed') ? 1 : 0
    },
  }
}

function toLine({ part, state, detail }: Finding): string {
  const mark = { ok: 'ok     ', missing: 'not set', failed: 'FAILED ' }[state]
  return `${mark}  ${part.padEnd(14)} ${detail}`
}
