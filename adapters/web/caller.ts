import { ForbiddenError } from '../../src/core/errors.ts'
import type { Author } from '../../src/core/message.ts'
import type { NewId } from '../../src/core/ports.ts'
import type { Secret } from '../../src/core/secret.ts'
import { hasAdminToken, readVisitor, visitorCookie } from './visitor.ts'

export interface CallerParts {
  readonly cookieKey: string
  /** Any of them makes the caller an admin. */
  readonly adminTokens: readonly Secret[]
  /** Whether the server can be reached from this machine only. */
  readonly isLoopback: boolean
  readonly newId: NewId
}

/** Who sends a request, and what they may see. */
export interface Caller {
  readonly author: Author
  readonly isAdmin: boolean
  readonly maySeeReceipts: boolean
  /** The cookie to give, for a visitor seen for the first time. */
  readonly setCookie: string | undefined
}

/** The headers by which proxies, load balancers and tunnels say that they passed a request on. */
const forwardingHeader =
  /^(?:via|forwarded(?:-for)?|x-forwarded(?:-.+)?|x-original-(?:forwarded-for|host)|(?:x-)?(?:real|client|cluster-client|true-client|fastly-client|fly-client|appengine-user)-ip|(?:cf|x-envoy|x-appengine|x-azure|x-arr|ngrok)-.+|x-amzn-trace-id)$/

/**
 * Tells who is calling. A browser is known by its signed cookie; `author` in a body counts only with the admin token.
 * @throws VisitorForgedError, ForbiddenError
 */
export function identifyCaller(headers: Headers, given: Author | undefined, parts: CallerParts): Caller {
  refuseForeignPage(headers, parts)
  const isAdmin = hasAdminToken(headers.get('authorization') ?? undefined, parts.adminTokens)
  if (headers.get('authorization') !== null && !isAdmin) {
    throw new ForbiddenError(
      'authorization',
      'The header "authorization" does not carry the admin token; set TUPPENCE_ADMIN_TOKEN and send it as "Bearer TOKEN", or leave the header out.',
    )
  }
  if (given !== undefined && !isAdmin) {
    throw new ForbiddenError(
      'author',
      '"author" is accepted only with the admin token; leave it out, or send the header authorization: Bearer TOKEN.',
    )
  }
  const isForwarded = [...headers.keys()].some((name) => forwardingHeader.test(name))
  const maySeeReceipts = isAdmin || (parts.isLoopback && !isForwarded)
  if (given !== undefined)
    return { author: { ...given, id: `given:${given.id}` }, isAdmin, maySeeReceipts, setCookie: undefined }

  const known = readVisitor(headers.get('cookie') ?? undefined, parts.cookieKey)
  const visitor = known ?? parts.newId()
  const isSecure = headers.get('x-forwarded-proto') === 'https'
  return {
    author: { id: `visitor:${visitor}` },
    isAdmin,
    maySeeReceipts,
    setCookie: known === undefined ? visitorCookie(visitor, parts.cookieKey, isSecure) : undefined,
  }
}

const loopbackHost = /^(?:localhost|[\w-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i

/** Keeps other web pages out: by their origin, and, on loopback, by a name that was made to point here. */
function refuseForeignPage(headers: Headers, parts: Pick<CallerParts, 'isLoopback'>): void {
  const host = headers.get('host') ?? ''
  if (parts.isLoopback && !loopbackHost.test(host)) {
    throw new ForbiddenError(
      'host',
      `The host "${host.slice(0, 80)}" is not this machine; use localhost, or set HOST to serve other names.`,
    )
  }
  const origin = headers.get('origin')
  if (origin === null) return
  const isOwn = URL.canParse(origin) && new URL(origin).host === host
  if (!isOwn) throw new ForbiddenError('origin', `Pages of ${origin.slice(0, 80)} may not use this server.`)
}
