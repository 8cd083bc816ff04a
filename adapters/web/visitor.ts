import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { VisitorForgedError } from '../../src/core/errors.ts'
import type { Secret } from '../../src/core/secret.ts'

const cookieName = 'tuppence_visitor'

/** A year: a customer who comes back finds the conversation. */
const maxAgeSeconds = 31_536_000

/** The visitor named by a signed cookie; undefined without one. @throws VisitorForgedError */
export function readVisitor(cookieHeader: string | undefined, key: string): string | undefined {
  const cookies = (cookieHeader ?? '').split(/;\s*/).filter((cookie) => cookie.startsWith(`${cookieName}=`))
  const value = cookies[0]?.slice(cookieName.length + 1)
  if (value === undefined) return undefined
  const visitor = value.split('.')[0] ?? ''
  if (cookies.length > 1 || visitor === '' || !isSame(value, `${visitor}.${sign(visitor, key)}`)) {
    throw new VisitorForgedError(
      `The cookie ${cookieName} was not made by this server. It has been removed; send the request again.`,
    )
  }
  return visitor
}

/** The header that gives a visitor their cookie. */
export function visitorCookie(visitor: string, key: string, isSecure: boolean): string {
  return `${cookieName}=${visitor}.${sign(visitor, key)}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}

/** The header that takes a cookie away. */
export const expiredCookie = `${cookieName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`

/** Whether the header carries one of the admin tokens. Digests are compared, so neither length nor content shows in the time. */
export function hasAdminToken(authorization: string | undefined, tokens: readonly Secret[]): boolean {
  const given = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && tokens.some((token) => isSame(given, token.reveal()))
}

function sign(visitor: string, key: string): string {
  return createHmac('sha256', key).update(`visitor:${visitor}`).digest('base64url')
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
