import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers with JSON, or with the plain word. */
export function send(response: ServerResponse, status: number, body: object | 'ok'): void {
  const contentType = body === 'ok' ? 'text/plain' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': contentType }).end(body === 'ok' ? body : JSON.stringify(body))
}

/** The whole body of a request. */
export async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
