import { z } from 'zod'
import { capabilities, providerNames } from '../src/core/model.ts'
import { decimal } from './dollars.ts'

/** An operator's word for a model. */
export const aliasShape = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'write lower-case letters, digits, points and hyphens, for example "haiku"')

/** The name of a variable of the environment. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_]\w{0,99}$/, 'write the name of an environment variable, for example TOGETHER_API_KEY')

const tokens = z.int().min(1).max(10_000_000)
const calendarDay = z.iso.date('write a day like 2027-01-14')

/** One model of models.yaml. The last five names are older ones for the same things. */
export const modelSchema = z.strictObject({
  alias: aliasShape.optional(),
  provider: z.enum([...providerNames, 'local'], `unknown provider; known: ${providerNames.join(', ')}`),
  model: z
    .string()
    .regex(/^\S{1,200}$/, 'write the exact id the provider knows, without spaces')
    .optional(),
  tier: z.union(
    [z.literal(1), z.literal(2), z.literal(3), z.literal(4)],
    'write 1 (local), 2 (cheap), 3 (middle) or 4 (large)',
  ),
  capabilities: z.array(z.enum(capabilities)).default([...capabilities]),
  contextTokens: tokens.default(8192).describe('Tokens of prompt and answer together.'),
  maxOutputTokens: tokens.optional().describe('Longest answer it is asked for, hidden thinking included.'),
  minimumCacheTokens: tokens.optional(),
  thinking: z
    .enum(['off', 'minimal', 'low'])
    .optional()
    .describe('What it is told about hidden thinking, which is billed as output; nothing when left out.'),
  requestsPerMinute: z.int().min(1).max(1_000_000).optional(),
  timeoutSeconds: z.number().min(0.1).max(600).optional(),
  expectedLatencyMs: z.int().min(1).max(600_000).optional(),
  fallbacks: z.array(aliasShape).default([]),
  retiresOn: calendarDay.optional(),
  baseUrl: z.url({ protocol: /^https?$/, error: 'write an address like http://127.0.0.1:8080/v1' }).optional(),
  apiKeyEnv: variableName.optional(),
  name: z
    .string()
    .regex(/^\S{1,200}$/)
    .optional(),
  path: z.string().optional(),
  cost_per_1k: decimal<number>(9, '0.0002').optional().describe('Dollars for a thousand tokens of any kind.'),
  max_tokens: tokens.optional(),
  api_key_env: variableName.optional(),
})

/** models.yaml */
export const modelsSchema = z.strictObject({ models: z.array(modelSchema) })

/** Micro-dollars per million tokens, written as dollars per million. */
const rate = decimal<number>(6, '0.25')

const bandSchema = z.strictObject({
  validFrom: calendarDay.default('1970-01-01').describe('First day of the price, UTC.'),
  aboveTokens: z.int().min(0).max(10_000_000).default(0).describe('For prompts longer than this.'),
  input: rate,
  cached: rate.describe('What was read from the cache of the provider.'),
  cacheWrite: rate.describe('What was written to it; the price of input where that costs nothing more.'),
  output: rate,
})

/** prices.yaml: whole entries only, so that no part of an older price stays behind unseen. */
export const pricesSchema = z.strictObject({
  prices: z.array(
    z.strictObject({
      provider: z.enum(providerNames, `unknown provider; known: ${providerNames.join(', ')}`),
      model: z.string().regex(/^\S{1,200}$/, 'write the exact id the provider knows, without spaces'),
      asOf: calendarDay,
      source: z.string().min(1),
      force: z.boolean().default(false).describe('Takes a price that looks like a slip.'),
      bands: z.array(bandSchema).min(1),
    }),
  ),
})
