import { z } from 'zod'
import { Secret } from '../src/core/secret.ts'

const wholeNumber = (minimum: number, maximum: number, example: number) =>
  z
    .stringFormat(
      'whole number',
      (text) => /^\d{1,9}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum,
    )
    .transform(Number)
    .optional()
    .describe(`a whole number from ${minimum} to ${maximum}, for example ${example}`)

const secret = (pattern: RegExp, description: string) =>
  z
    .string()
    .regex(pattern)
    .transform((value) => new Secret(value))
    .optional()
    .describe(description)

const address = (protocols: RegExp, description: string) =>
  z.url({ protocol: protocols }).optional().describe(description)

const secretAddress = (protocols: RegExp, description: string) =>
  z
    .url({ protocol: protocols })
    .transform((value) => new Secret(value))
    .optional()
    .describe(description)

/** Every variable Tuppence reads; the description says what may stand in it. */
export const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535, 3000),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/)
    .optional()
    .describe('an address of this machine, for example 127.0.0.1'),
  TUPPENCE_DATA_DIR: z.string().min(1).optional().describe('a folder the bot may write'),
  TUPPENCE_CONFIG_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('a folder with your own bot.yaml, wording.yaml or intents/'),
  TUPPENCE_ADMIN_TOKEN: secret(/^\S{16,256}$/, 'at least 16 characters without spaces'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .optional()
    .describe('one of debug, info, warn, error, silent'),
  DATABASE_URL: secretAddress(/^postgres(ql)?$/, 'an address like postgres://user:password@host:5432/name'),
  REDIS_URL: secretAddress(/^rediss?$/, 'an address like redis://host:6379'),
  SLACK_BOT_TOKEN: secret(/^xoxb-\S+$/, 'a bot token, which begins with xoxb-'),
  SLACK_APP_TOKEN: secret(/^xapp-\S+$/, 'an app-level token, which begins with xapp-'),
  SLACK_API_URL: address(/^https?$/, 'an address like https://slack.com/api/'),
  DISCORD_TOKEN: secret(/^\S{20,}$/, 'a bot token as the developer portal shows it'),
  DISCORD_API_URL: address(/^https?$/, 'an address like https://discord.com/api'),
})

export type Environment = z.output<typeof environmentSchema>
export type VariableName = keyof Environment

/** Variables that hold a secret. Each may come from a file instead, which `NAME_FILE` names; none is ever printed. */
export const secretNames: ReadonlySet<string> = new Set<VariableName>([
  'TUPPENCE_ADMIN_TOKEN',
  'DATABASE_URL',
  'REDIS_URL',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'DISCORD_TOKEN',
])

/** The names of all variables, for the fault that names an unknown one. */
export const variableNames: readonly string[] = Object.keys(environmentSchema.shape)

/** What may stand in a variable, as one phrase. */
export function describeVariable(name: string): string {
  const shape: Readonly<Record<string, z.ZodType>> = environmentSchema.shape
  return shape[name]?.description ?? ''
}
