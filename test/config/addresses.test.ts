import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'

test.each([
  ['one that is not encrypted beside one that is', 'redis://:sesame@one:1,rediss://two:2'],
  ['a password in the second', 'redis://one:1,redis://:sesame@two:2'],
  ['an empty one', 'redis://one:1,,redis://two:2'],
  ['half an escape', 'redis://:ses%zame@one:1'],
])('nodes of a cluster with %s are refused, without the secret', (_which, value) => {
  const load = (): unknown => loadConfig({ REDIS_URL: value })

  expect(load).toThrow('REDIS_URL')
  expect(load).not.toThrow('sesame')
})

test.each(['http://user:sesame@127.0.0.1:4318', 'http://:sesame@127.0.0.1:4318', 'http://127.0.0.1:4318/?key=sesame'])(
  'a collector at %s is refused without what is secret in it',
  (value) => {
    const load = (): unknown => loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: value })

    expect(load).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT')
    expect(load).not.toThrow('sesame')
  },
)
