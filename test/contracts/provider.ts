import { afterEach, describe, expect, test } from 'vitest'
import type { ProviderName } from '../../src/core/model.ts'
import type { ModelProvider } from '../../src/core/ports.ts'
import { type ModelServer, type ModelServerOptions, nobodysUrl } from '../servers/models.ts'
import { ask, drained, expectNoSecret, failureOf, requestOf, schema, timers, ways } from './provider-asking.ts'
import { providerFaults } from './provider-faults.ts'

/** A provider in front of a stand-in for it. */
export interface ProviderStand {
  readonly server: ModelServer
  readonly provider: ModelProvider
}

export interface ProviderMaker {
  /** A server that answers as told, and the provider that asks it. */
  start(options: Omit<ModelServerOptions, 'protocol'>): Promise<ProviderStand>
  /** The provider at any address. */
  at(url: string): ModelProvider
  /** The key every provider is made with; it must never be printed. */
  readonly key: string
}

const limit = { timeout: 5_000, interval: 5 }

/** What every provider of models promises. */
export function providerContract(name: ProviderName, maker: ProviderMaker): void {
  describe(`provider contract: ${name}`, () => {
    const open: ModelServer[] = []
    const started = async (options: Omit<ModelServerOptions, 'protocol'> = {}): Promise<ProviderStand> => {
      const stand = await maker.start(options)
      open.push(stand.server)
      return stand
    }
    afterEach(async () => {
      for (const server of open.splice(0)) await server.close()
    })

    test('it has its name', async () => {
      const { provider } = await started()

      expect(provider.name).toBe(name)
    })

    test.each(ways)(
      '%s: what is asked arrives whole, and the answer comes back under the name of the model that gave it',
      async (way) => {
        const { provider, server } = await started({
          answer: () => ({ text: 'Grüße 🙂 – it is on its way.', model: 'small-model-2026-11' }),
        })

        const completion = await ask(provider, way, {
          messages: [
            { role: 'user', text: 'hi' },
            { role: 'assistant', text: 'hello' },
            { role: 'user', text: 'where is it?' },
          ],
          maxOutputTokens: 77,
        })

        expect(completion).toMatchObject({
          text: 'Grüße 🙂 – it is on its way.',
          finish: 'stop',
          model: 'small-model-2026-11',
        })
        expect(server.requests).toMatchObject([
          {
            model: 'small-model',
            instructions: 'You help customers.',
            messages: [
              { role: 'user', text: 'hi' },
              { role: 'assistant', text: 'hello' },
              { role: 'user', text: 'where is it?' },
            ],
            maxOutputTokens: 77,
            isStreamed: way === 'stream',
            schema: undefined,
          },
        ])
      },
    )

    test.each(ways)('%s: a schema is sent along', async (way) => {
      const { provider, server } = await started({ answer: () => '{"intent":"refund"}' })

      const { text } = await ask(provider, way, { schema })

      expect(text).toBe('{"intent":"refund"}')
      expect(server.requests[0]?.schema).toEqual(schema.shape)
    })

    test.each(ways)('%s: JSON of another shape than asked for is handed on, for the asker to judge', async (way) => {
      const { provider, server } = await started()
      server.faults.push({ kind: 'wrong-shape' })

      expect((await ask(provider, way, { schema })).text).toBe('{"unexpected":true}')
    })

    test.each(ways)('%s: the tokens are those the provider charged', async (way) => {
      const { provider, server } = await started({ answer: () => 'Yes.' })

      const { usage } = await ask(provider, way, {
        instructions: 'x'.repeat(40),
        messages: [{ role: 'user', text: 'y'.repeat(20) }],
      })

      expect(usage).toEqual({ input: 15, cached: 0, cacheWrite: 0, output: 1 }) // 40 / 4 + 20 / 4, 4 / 4
      expect(server.meter).toEqual(usage)
    })

    test.each(ways)('%s: tokens read from and written to a cache are counted once', async (way) => {
      const usage = { input: 7, cached: 2_000, cacheWrite: 300, output: 5 }
      const { provider } = await started({ answer: () => ({ text: 'Yes.', usage }) })

      const told = (await ask(provider, way)).usage

      expect(told).toEqual(name === 'ollama' ? { input: 2_307, cached: 0, cacheWrite: 0, output: 5 } : usage)
    })

    test.each(ways)('%s: an answer cut at its maximum says so', async (way) => {
      const { provider } = await started({ answer: () => 'word '.repeat(100) })

      expect(await ask(provider, way, { maxOutputTokens: 5 })).toMatchObject({
        text: 'word '.repeat(4),
        finish: 'length',
      })
    })

    test.each(['missing', 'zero', 'negative', 'huge', 'string', 'fraction', 'inconsistent'] as const)(
      'usage that is %s is no usage, and no fault of the answer',
      async (usage) => {
        const { provider, server } = await started()
        server.faults.push({ kind: 'usage', usage }, { kind: 'usage', usage })

        const completions = [await ask(provider, 'complete'), await ask(provider, 'stream')]

        for (const completion of completions)
          expect(completion).toMatchObject({ text: 'Hello from the model.', usage: undefined })
      },
    )

    describe.each(ways)('%s: a fault', (way) => {
      test.each(providerFaults)('%s', async (_, fault, expected) => {
        const { provider, server } = await started()
        server.faults.push(fault)

        const failure = await failureOf(ask(provider, way, { maxOutputTokens: 100 }))

        const { fault: kind, charge, retryAfterMs } = 'fault' in expected ? expected : expected[way]
        expect(failure).toMatchObject({ code: 'model', retryable: false, fault: kind, charge, retryAfterMs })
        expect(failure.message).toContain(name)
        expect(failure.message).toContain('small-model')
        expectNoSecret(failure, maker.key)
        expect(server.requests).toHaveLength(1) // it never tries again by itself
        await expect.poll(() => server.underWay, limit).toBe(0)
      })

      test('a server that is not there', async () => {
        const provider = maker.at(await nobodysUrl())

        const failure = await failureOf(ask(provider, way))

        expect(failure).toMatchObject({ fault: 'unreachable', charge: 'none', retryAfterMs: undefined })
        expectNoSecret(failure, maker.key)
      })

      test.each(['hang', 'hang-midway'] as const)(
        '%s ends with the signal: timed out when time was up, stopped otherwise',
        async (kind) => {
          const { provider, server } = await started()
          for (const [reason, fault] of [
            [new DOMException('up', 'TimeoutError'), 'timed-out'],
            [new Error('shutdown'), 'stopped'],
          ] as const) {
            const controller = new AbortController()
            const seen = server.requests.length
            server.faults.push({ kind })
            const timersBefore = timers()
            const asking = failureOf(ask(provider, way, { signal: controller.signal }))
            await expect.poll(() => server.requests[seen]?.charged?.output, limit).toBeGreaterThan(0)

            controller.abort(reason)

            expect(await asking).toMatchObject({ fault, charge: 'unknown' })
            await expect.poll(() => server.underWay, limit).toBe(0) // the socket is closed
            expect(timers()).toBeLessThanOrEqual(timersBefore)
          }
        },
      )

      test('a signal that has ended before sends nothing and costs nothing', async () => {
        const { provider, server } = await started()

        const failure = await failureOf(ask(provider, way, { signal: AbortSignal.abort(new Error('too late')) }))

        expect(failure).toMatchObject({ fault: 'stopped', charge: 'none' })
        expect(server.requests).toEqual([])
      })
    })

    test('an error told in the middle of a stream is a fault that may have been billed', async () => {
      const { provider, server } = await started()
      server.faults.push({ kind: 'error-midway' })

      const failure = await failureOf(ask(provider, 'stream'))

      expect(failure).toMatchObject({ fault: 'server', charge: 'unknown' })
      expectNoSecret(failure, maker.key)
    })

    test('a stream that is left in the middle hangs up, and other streams go on', async () => {
      const { provider, server } = await started()
      server.faults.push({ kind: 'hang-midway' }, { kind: 'hang-midway' })
      const staying = new AbortController()
      const other = provider.stream(requestOf(), staying.signal)[Symbol.asyncIterator]()
      await other.next()
      expect(server.underWay).toBe(1)

      for await (const part of provider.stream(requestOf(), AbortSignal.timeout(10_000))) {
        expect(part.kind).toBe('text')
        break
      }

      await expect.poll(() => server.underWay, limit).toBe(1)
      expect(server.requests[0]?.isOver).toBe(false)
      staying.abort()
      await expect(failureOf(drained(other))).resolves.toMatchObject({ fault: 'stopped' })
    })

    test('twenty questions at once get their own answers', async () => {
      const { provider, server } = await started({ answer: ({ messages }) => `echo ${messages[0]?.text}` })
      const texts = Array.from({ length: 20 }, (_, index) => `question ${index}`)

      const completions = await Promise.all(
        texts.map(
          async (text, index) =>
            await ask(provider, index % 2 ? 'stream' : 'complete', { messages: [{ role: 'user', text }] }),
        ),
      )

      expect(completions.map(({ text }) => text)).toEqual(texts.map((text) => `echo ${text}`))
      expect(server.requests).toHaveLength(20)
    })

    test('a provider that was away answers again when it is back', async () => {
      const { provider, server } = await started()
      await ask(provider, 'complete')
      await server.goAway()
      const away = await failureOf(ask(provider, 'complete'))
      await server.comeBack()

      expect((await ask(provider, 'complete')).text).toBe('Hello from the model.')
      // A connection that was kept open breaks before the next one is refused.
      expect(['unreachable', 'cut']).toContain(away.fault)
    })

    test('nothing about this machine is sent along', async () => {
      const { provider, server } = await started()

      await ask(provider, 'complete')

      const sent = Object.keys(server.requests[0]?.headers ?? {})
      expect(sent.filter((header) => header.startsWith('x-stainless'))).toEqual([])
      expect(server.requests[0]?.headers['user-agent']).toBe('node')
    })
  })
}
