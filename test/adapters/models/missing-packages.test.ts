import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** A process in which none of the SDKs is installed asks every provider once. */
const script = `
  import { registerHooks } from 'node:module'
  registerHooks({
    resolve(name, context, next) {
      if (!['openai', '@anthropic-ai/sdk', 'ollama'].includes(name)) return next(name, context)
      throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' })
    },
  })
  const { createOpenaiProvider } = await import('./adapters/models/openai.ts')
  const { createAnthropicProvider } = await import('./adapters/models/anthropic.ts')
  const { createOllamaProvider } = await import('./adapters/models/ollama.ts')
  const options = { apiKey: undefined, baseUrl: 'http://127.0.0.1:1', elapsedMs: () => 0 }
  const request = { model: 'm', instructions: '', messages: [{ role: 'user', text: 'hi' }], maxOutputTokens: 9, keepsInstructions: false }
  const providers = [
    createOpenaiProvider({ ...options, name: 'openai' }),
    createAnthropicProvider({ ...options, name: 'anthropic' }),
    createOllamaProvider({ ...options, name: 'ollama' }),
  ]
  const signal = new AbortController().signal
  for (const provider of providers) {
    for (const ask of [() => provider.complete(request, signal), () => provider.stream(request, signal).next()])
      await ask().catch((error) => console.log(error.code + ': ' + error.message))
  }
`

test('without its SDK a provider can be made, and the first request names the package to install', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 20_000,
  })

  const said = (name: string): string => `package.missing: A model in models.yaml needs a package: npm install ${name}`
  const lines = ['openai', '@anthropic-ai/sdk', 'ollama'].flatMap((name) => [said(name), said(name)])
  expect(stdout.trim().split('\n')).toEqual(lines)
})
