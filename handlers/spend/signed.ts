import { createHmac, timingSafeEqual } from 'node:crypto'
import type { BudgetDay } from '../../src/core/budget.ts'
import type { ControlChange } from '../../src/core/controls.ts'
import type { ActionId, TenantId } from '../../src/core/message.ts'
import type { MicroDollars } from '../../src/core/money.ts'

/** Who is asked whether a change is meant, and until when the answer counts. */
export interface Asking {
  readonly tenant: TenantId
  /** `channel:author`. */
  readonly person: string
  readonly expiresAt: Date
  /** Names this one question: 1 to 16 letters and digits, never the same twice. */
  readonly nonce: string
}

/** What a pressed button says. `foreign`: another person was asked. */
export type SignedPress =
  | { readonly kind: 'change'; readonly change: ControlChange; readonly nonce: string }
  | { readonly kind: 'forged' | 'foreign' | 'stale' }

const beginning = 'spend:yes'
/** Bytes of the signature that go into the id: nobody guesses one of 2^128. */
const signatureBytes = 16
const personBytes = 6

/**
 * The id of the button that makes a change: everything the change needs is in it and signed, so nothing has to be kept, and
 * the button works after a restart and in every process. At most 100 characters, Discord's limit.
 * @param key the installation's own
 */
export function signChange(change: ControlChange, asking: Asking, key: string): ActionId {
  const { kind, from, to } = change
  const expires = Math.floor(asking.expiresAt.getTime() / 1000).toString(36)
  const stated = [beginning, kind, write(from), write(to), expires, asking.nonce, markOf(asking.person, key)].join(':')
  return `${stated}:${digest(`${asking.tenant}:${stated}`, key, signatureBytes)}`
}

/** Reads what `signChange` wrote. Nothing in an id counts before its signature is found to be right. */
export function readSigned(
  id: ActionId,
  { tenant, person, now }: { readonly tenant: TenantId; readonly person: string; readonly now: Date },
  key: string,
): SignedPress {
  const end = id.lastIndexOf(':')
  const stated = id.slice(0, Math.max(0, end))
  if (!isEqual(id.slice(end + 1), digest(`${tenant}:${stated}`, key, signatureBytes))) return { kind: 'forged' }
  const [, , kind, from = '', to = '', expires = '', nonce = '', mark = ''] = stated.split(':')
  if (!isEqual(mark, markOf(person, key))) return { kind: 'foreign' }
  if (Number.parseInt(expires, 36) * 1000 <= now.getTime()) return { kind: 'stale' }
  const change: ControlChange =
    kind === 'limit'
      ? { kind: 'limit', from: toLimit(from), to: toLimit(to) }
      : { kind: 'mode', from: toDay(from), to: toDay(to) }
  return { kind: 'change', change, nonce }
}

const nothing = '~'

function write(value: ControlChange['from']): string {
  if (value === undefined) return nothing
  return typeof value === 'number' ? value.toString(36) : value.replaceAll('-', '')
}

function toLimit(written: string): MicroDollars | undefined {
  return written === nothing ? undefined : (Number.parseInt(written, 36) as MicroDollars)
}

function toDay(written: string): BudgetDay | undefined {
  if (written === nothing) return undefined
  return `${written.slice(0, 4)}-${written.slice(4, 6)}-${written.slice(6)}` as BudgetDay
}

/** Tells people apart without telling who they are. */
function markOf(person: string, key: string): string {
  return digest(`person:${person}`, key, personBytes)
}

function digest(text: string, key: string, bytes: number): string {
  return createHmac('sha256', key).update(text).digest().subarray(0, bytes).toString('base64url')
}

/** Takes as long for a wrong guess as for a nearly right one. */
function isEqual(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
