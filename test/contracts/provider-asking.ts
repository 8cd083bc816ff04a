import { inspect } from 'node:util'
import { expect } from 'vitest'
import { ModelError } from '../../src/core/errors.ts'
import type { Completion, ModelRequest } from '../../src/core/model.ts'
import type { ModelProvider } from '../../src/core/ports.ts'

/** What the customer wrote; it must never be printed either. */
const question = 'my card 4111 1111 1111 1111 was charged twice'

export const schema = {
  name: 'intent',
  shape: {
    type: 'object',
    properties: { intent: { type: 'string' } },
    required: ['intent'],
    additionalProperties: false,
  },
} as const

/** A request as the bot makes them, but for the changes. */
export function requestOf(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'small-model',
    instructions: 'You help customers.',
    messages: [{ role: 'user', text: question }],
    maxOutputTokens: 100,
    keepsInstructions: false,
    ...changes,
  }
}

export type Way = 'complete' | 'stream'
export const ways: readonly Way[] = ['complete', 'stream']

/** Asks either way; pieces of a stream must be the text of its end. */
export async function ask(
  provider: ModelProvider,
  way: Way,
  { signal, ...changes }: Partial<ModelRequest> & { signal?: AbortSignal } = {},
): Promise<Completion> {
  const ends = signal ?? AbortSignal.timeout(10_000)
  if (way === 'complete') return await provider.complete(requestOf(changes), ends)
  let text = ''
  let completion: Completion | undefined
  for await (const part of provider.stream(requestOf(changes), ends)) {
    expect(completion).toBeUndefined() // the end is the last
    if (part.kind === 'text') text += part.text
    else completion = part.completion
  }
  if (completion === undefined) throw new Error('a stream without an end')
  expect(text).toBe(completion.text)
  return completion
}

/** The ModelError an asking ends with. */
export async function failureOf(asking: Promise<unknown>): Promise<ModelError> {
  const failure = await asking.then(
    (value) => value,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(ModelError)
  if (!(failure instanceof ModelError)) throw new Error(`not a ModelError: ${inspect(failure)}`)
  return failure
}

/** However it is printed, a failure shows neither the key nor what the customer wrote. */
export function expectNoSecret(failure: ModelError, key: string): void {
  const printed = [
    JSON.stringify(failure),
    inspect(failure, { depth: 20, showHidden: true }),
    failure.stack,
    String(failure),
  ].join('\n')
  expect(printed).not.toContain(key)
  expect(printed).not.toContain(question)
  expect(printed).not.toContain('4111')
}

/** Timers that keep the process alive. */
export function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

/** Takes every part to the end. */
export async function drained(parts: AsyncIterator<unknown>): Promise<void> {
  while ((await parts.next()).done !== true);
}
