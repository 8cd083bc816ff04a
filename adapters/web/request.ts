import { z } from 'zod'
import { BodyTooLargeError, InputError, MediaTypeError } from '../../src/core/errors.ts'
import { countCharacters, maximumTextLength } from '../../src/core/message.ts'

/** Room for 40,000 characters of any script, so that a text far too long is still told its limit. */
const maximumBodyBytes = 262_144

const idSchema = z
  .string('must be a string')
  .regex(/^[\w.:-]{1,128}$/, 'must be 1 to 128 letters, digits, "-", "_", "." or ":", for example a UUID')
const conversationSchema = z
  .string('must be a string')
  .min(1, 'is empty; leave it out to open a conversation')
  .max(200, 'is longer than 200 characters')

const textSchema = z
  .string('must be a string')
  .refine((text) => text.replace(/[\s\p{Cf}\p{Cc}]/gu, '') !== '', 'is empty; write what you want to say')
  .refine((text) => countCharacters(text) <= maximumTextLength, {
    error: (issue) =>
      `has ${countCharacters(String(issue.input))} characters; at most ${maximumTextLength} are accepted, so send the rest as another message`,
  })

export const chatSchema = z.strictObject(
  {
    text: textSchema,
    id: idSchema.optional(),
    conversation: conversationSchema.optional(),
    author: z
      .strictObject({
        id: idSchema,
        name: z.string('must be a string').max(200, 'is longer than 200 characters').optional(),
      })
      .optional(),
  },
  'must be a JSON object like {"text": "Where is my order?"}',
)

export const pressSchema = z.strictObject(
  {
    conversation: conversationSchema,
    action: z.string('must be a string').min(1, 'is empty').max(200, 'is longer than 200 characters'),
    id: idSchema.optional(),
  },
  'must be a JSON object like {"conversation": "...", "action": "..."}',
)

/** Who decided, as the record shall name them. */
const decidedBy = z
  .string('must be a string')
  .regex(/^[^\p{Cc}]{1,100}$/u, 'must be 1 to 100 characters without line breaks')

export const decisionSchema = z.strictObject(
  {
    id: z.string('must be a string').min(1, 'is empty').max(200, 'is longer than 200 characters'),
    decision: z.enum(['approve', 'reject'], 'must be "approve" or "reject"'),
    days: z
      .int('must be a whole number from 1 to 366')
      .min(1, 'must be a whole number from 1 to 366')
      .max(366, 'must be a whole number from 1 to 366')
      .optional(),
    by: decidedBy.optional(),
  },
  'must be a JSON object like {"id": "payments.refund-request:2-3", "decision": "approve"}',
)

/** `POST /api/parked/{id}`. */
export const parkedDecisionSchema = z.strictObject(
  {
    decision: z.enum(['replay', 'discard'], 'must be "replay" or "discard"'),
    by: decidedBy.optional(),
  },
  'must be a JSON object like {"decision": "replay"}',
)

/**
 * Reads a JSON body and checks it.
 * @throws MediaTypeError, BodyTooLargeError, InputError naming the field
 */
export async function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json(?:;|$)/i.test(type.trim())) {
    throw new MediaTypeError(
      `The body has the type "${type.slice(0, 80)}"; send JSON with the header content-type: application/json.`,
    )
  }
  const value = parseJson(await readBytes(request))
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    throw new InputError(key.slice(0, 80), `"${key.slice(0, 80)}" is not a field of this request; remove it.`)
  }
  const field = issue?.path.join('.') ?? ''
  const isMissing =
    field !== '' && typeof value === 'object' && value !== null && !Object.hasOwn(value, field.split('.')[0] ?? '')
  throw new InputError(
    field === '' ? 'body' : field,
    `${field === '' ? 'The body' : `"${field}"`} ${isMissing ? 'is missing' : (issue?.message ?? 'is wrong')}.`,
  )
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const body: AsyncIterable<Uint8Array> | null = request.body
  for await (const part of body ?? []) {
    length += part.byteLength
    if (length > maximumBodyBytes) {
      throw new BodyTooLargeError(
        `The body is larger than ${maximumBodyBytes} bytes; a message has at most ${maximumTextLength} characters.`,
      )
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new InputError('body', 'The body is not valid UTF-8; send JSON text in UTF-8.', error)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError('body', 'The body is not valid JSON; send for example {"text": "Where is my order?"}.', error)
  }
}
