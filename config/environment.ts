import { z } from 'zod'
import { zeroDollars } from '../src/core/money.ts'
import { Secret } from '../src/core/secret.ts'
import { parseDollars } from './dollars.ts'
import { keyNames, usualUrls } from './providers.ts'
import { timeZone } from './schema.ts'

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

/**
 * Nodes of one cluster are entered alike, by what stands in the first address: one that is not encrypted must not get the
 * password of one that is, nor the other way round.
 */
function areRedisNodes(text: string): boolean {
  const nodes = text.split(',').map((node) => node.trim())
  if (!nodes.every((node) => /^rediss?:\/\/[^\s/]/.test(node) && URL.canParse(node))) return false
  const [first, ...others] = nodes.map((node) => new URL(node))
  const isEscaped = !/%(?![\da-f]{2})/i.test(text)
  return isEscaped && others.every(({ protocol, password }) => protocol === first?.protocol && password === '')
}

/** One address, or those of several nodes of a cluster with commas between. */
const redisAddress = (example: string) =>
  z
    .string()
    .refine(areRedisNodes)
    .transform((value) => new Secret(value))
    .optional()
    .describe(
      `an address like ${example}; for a cluster those of some nodes, with commas between, all redis or all rediss, the password in the first`,
    )

function isBareAddress({ username, password, search, hash }: URL): boolean {
  return username + password + search + hash === ''
}

/** Dollars with at most six decimals, as exact micro-dollars. */
const dollars = (example: string) =>
  z
    .stringFormat('dollars', (text) => parseDollars(text) !== undefined)
    .transform((text) => parseDollars(text) ?? zeroDollars)
    .optional()
    .describe(`an amount of dollars with at most six decimals and no sign, for example ${example}`)

const apiKey = (provider: string) =>
  secret(/^[!-~]{1,512}$/, `a key of ${provider}: Latin letters, digits and signs, without spaces`)

/** Ollama's own variable may lack the protocol and the port, and says 0.0.0.0 where its server listens everywhere. */
function ollamaUrl(text: string): string | undefined {
  const whole = /^https?:\/\//.test(text) ? text : `http://${text}`
  if (/\s/.test(text) || !URL.canParse(whole)) return undefined
  const url = new URL(whole)
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.port === '' && !/^https?:\/\//.test(text)) url.port = '11434'
  return url.href.replace(/\/+$/, '')
}

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
    .describe('a folder with your own bot.yaml, models.yaml, prices.yaml, wording.yaml or intents/'),
  TUPPENCE_ADMIN_TOKEN: secret(/^\S{16,256}$/, 'at least 16 characters without spaces'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .optional()
    .describe('one of debug, info, warn, error, silent'),
  TZ_BUDGET: timeZone.optional().describe('a time zone like Europe/Berlin or UTC'),
  DAILY_BUDGET_USD: dollars('100'),
  REQUEST_BUDGET_USD: dollars('0.01'),
  DEFAULT_BUDGET: dollars('0.01'),
  DEFAULT_MODEL: z
    .string()
    .regex(/^\S{1,63}$/)
    .optional()
    .describe('an alias of models.yaml, for example haiku'),
  CLOUD_CALLS_PER_DAY: wholeNumber(0, 1_000_000, 100),
  MAX_FALLBACK_ATTEMPTS: wholeNumber(0, 10, 2),
  COST_ALERT_THRESHOLD: z
    .stringFormat('share', (text) => /^\d(\.\d{1,6})?$/.test(text) && Number(text) <= 1)
    .transform(Number)
    .optional()
    .describe('a share from 0 to 1, for example 0.8'),
  TUPPENCE_ALERT_WEBHOOK: secretAddress(/^https?$/, 'an address like https://hooks.example.com/budget'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .refine((text) => URL.canParse(text) && isBareAddress(new URL(text)))
    .optional()
    .describe('an address without a name, password or query, like http://127.0.0.1:4318'),
  OTEL_EXPORTER_OTLP_HEADERS: secret(
    /^[\w-]+=(?:[!-$&-+\--~]|%[2-7][0-9a-fA-F])*(?:,[\w-]+=(?:[!-$&-+\--~]|%[2-7][0-9a-fA-F])*)*$/,
    'a list like api-key=abc,other=def, with %20 for a space',
  ),
  [keyNames.openai]: apiKey('OpenAI'),
  OPENAI_BASE_URL: address(/^https?$/, `an address like ${usualUrls.openai}`),
  [keyNames.anthropic]: apiKey('Anthropic'),
  ANTHROPIC_BASE_URL: address(/^https?$/, `an address like ${usualUrls.anthropic}`),
  [keyNames.gemini]: apiKey('Google'),
  GEMINI_BASE_URL: address(/^https?$/, `an address like ${usualUrls.gemini}`),
  [keyNames.together]: apiKey('Together'),
  OLLAMA_HOST: z
    .stringFormat('host', (text) => ollamaUrl(text) !== undefined)
    .transform((text) => ollamaUrl(text) ?? '')
    .optional()
    .describe(`an address like 127.0.0.1:11434 or ${usualUrls.ollama}`),
  DATABASE_URL: secretAddress(/^postgres(ql)?$/, 'an address like postgres://user:password@host:5432/name'),
  REDIS_URL: redisAddress('redis://host:6379'),
  REDIS_CACHE_URL: redisAddress('redis://host:6380'),
  SLACK_BOT_TOKEN: secret(
    /^xoxb-[^\s,]+(?:,xoxb-[^\s,]+)*$/,
    'a bot token, which begins with xoxb-; those of several workspaces with commas between',
  ),
  SLACK_SIGNING_SECRET: secret(/^[!-~]{8,256}$/, 'the signing secret from "Basic Information"'),
  SLACK_APP_TOKEN: secret(/^xapp-\S+$/, 'an app-level token, which begins with xapp-'),
  SLACK_API_URL: address(/^https?$/, 'an address like https://slack.com/api/'),
  DISCORD_TOKEN: secret(/^\S{20,}$/, 'a bot token as the developer portal shows it'),
  DISCORD_PUBLIC_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .optional()
    .describe('the public key from "General Information", 64 hexadecimal digits'),
  DISCORD_API_URL: address(/^https?$/, 'an address like https://discord.com/api'),
})

export type Environment = z.output<typeof environmentSchema>
export type VariableName = keyof Environment

/** Variables that hold a secret. Each may come from a file instead, which `NAME_FILE` names; none is ever printed. */
export const secretNames: ReadonlySet<string> = new Set<VariableName>([
  'TUPPENCE_ADMIN_TOKEN',
  'TUPPENCE_ALERT_WEBHOOK',
  'OTEL_EXPORTER_OTLP_HEADERS',
  ...Object.values(keyNames),
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_CACHE_URL',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
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
