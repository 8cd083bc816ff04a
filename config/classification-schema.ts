import { z } from 'zod'
import { variableName } from './models-schema.ts'
import { isPrivateAddress } from './private-address.ts'

/** A share or probability. */
const share = z.number().min(0).max(1)

/** An embedding model of the owner's own: nobody watches what asking it costs. */
const encoderServer = z.strictObject({
  kind: z.enum(['ollama', 'openai']).describe("Ollama's protocol, or OpenAI's, which llama.cpp and vLLM speak too."),
  url: z
    .string()
    .refine(
      (url) => /^https?:\/\//.test(url) && URL.canParse(url) && isPrivateAddress(url),
      'write an address of this machine or its network, for example "http://127.0.0.1:11434": the budget does not watch it',
    ),
  model: z.string().min(1).max(200),
  apiKeyEnv: variableName.optional().describe("Name of the variable with the server's key."),
})

/** When a message is understood well enough, and who is asked. */
export const classificationSettings = z
  .strictObject({
    freeThreshold: share
      .default(0.8)
      .describe('Calibrated confidence from which on, equality included, a message is answered without a model.'),
    targetPrecision: z
      .number()
      .min(0.5)
      .lt(1, 'write a share from 0.5 to below 1, for example 0.98')
      .default(0.98)
      .describe('Share of the free answers that shall be right; reached once labelled messages set the threshold.'),
    encoder: z
      .union([z.enum(['none', 'use-lite-en']), encoderServer], {
        error: 'write none, use-lite-en, or the server of an encoder as {kind, url, model}',
      })
      .default('none')
      .describe('Which encoder is asked, for free, where the words alone leave a message open.'),
  })
  .prefault({})
