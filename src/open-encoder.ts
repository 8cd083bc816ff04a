import type { Config } from '../config/config.ts'
import type { Encoder } from './core/encoder.ts'
import { EncoderError, PackageMissingError } from './core/errors.ts'

/**
 * The encoder of the configuration, loaded only when there is one. A server gets texts without personal details and secrets.
 *
 * @throws PackageMissingError naming the package of the encoder; EncoderError when its server is away
 */
export async function openEncoder({ encoder: settings, apiKeys }: Config): Promise<Encoder | undefined> {
  if (settings === 'none') return undefined
  if (settings === 'use-lite-en') {
    const { createSentenceEncoder } = await import('../adapters/encoder/sentence.ts')
    return createSentenceEncoder()
  }
  const { createRemoteEncoder } = await import('../adapters/encoder/remote.ts')
  const { apiKeyEnv, ...server } = settings
  const apiKey = apiKeyEnv === undefined ? undefined : apiKeys.get(apiKeyEnv)
  return await withoutDetails(await createRemoteEncoder({ ...server, apiKey }))
}

/** What leaves this process leaves redacted: the messages, and alike the examples that are learned from. */
async function withoutDetails(encoder: Encoder): Promise<Encoder> {
  const { redact } = await import('./safety/redact.ts')
  return {
    ...encoder,
    encode: async (texts, signal) =>
      await encoder.encode(
        texts.map((text) => redact(text).text),
        signal,
      ),
  }
}

/** Told of an encoder that cannot be used. */
export interface EncoderTold {
  /** It is away, or its package is missing: the first stage stands alone. */
  readonly onAway?: (error: EncoderError | PackageMissingError) => void
}

/** The encoder of the configuration once it has answered; undefined when there is none, and when it does not answer. */
export async function openAnswering(config: Config, { onAway }: EncoderTold): Promise<Encoder | undefined> {
  let encoder: Encoder | undefined
  try {
    encoder = await openEncoder(config)
    await encoder?.encode(['Where is my order?'])
    return encoder
  } catch (error) {
    await encoder?.close()
    if (!isAway(error)) throw error
    onAway?.(error)
    return undefined
  }
}

/** Is it a fault that the first stage can stand in for? */
export function isAway(error: unknown): error is EncoderError | PackageMissingError {
  return error instanceof EncoderError || error instanceof PackageMissingError
}
