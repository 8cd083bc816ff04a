import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** Where Discord sends interactions when it is told an address: a URL, or whoever answers in its place. */
export type Endpoint = string | ((request: Request) => Promise<Response>)

/** Discord's own pair of keys for an application. */
export class Signature {
  readonly publicKey: string
  readonly #key: KeyObject

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    this.publicKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
    this.#key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  }

  /** The headers of a genuine request. */
  headers(body: string, timestamp: string): Record<string, string> {
    const signature = sign(undefined, Buffer.from(timestamp + body), this.#key).toString('hex')
    return {
      'content-type': 'application/json',
      'x-signature-ed25519': signature,
      'x-signature-timestamp': timestamp,
    }
  }
}

/** One signed call, which has 3 seconds. */
export async function call(endpoint: Endpoint, body: string, signature: Signature): Promise<Response> {
  const headers = signature.headers(body, String(Math.floor(Date.now() / 1000)))
  const signal = AbortSignal.timeout(3000)
  const url = typeof endpoint === 'string' ? endpoint : 'http://loopback/discord/interactions'
  const request = new Request(url, { method: 'POST', body, headers, signal })
  return typeof endpoint === 'string' ? await fetch(request) : await endpoint(request)
}
