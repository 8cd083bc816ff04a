import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { load } from 'js-yaml'
import { z } from 'zod'
import { variableNames } from '../../config/environment.ts'

const file = new URL('../../docker-compose.yml', import.meta.url)
const shape = z.object({
  services: z.object({
    bot: z.object({ environment: z.record(z.string(), z.string()), volumes: z.array(z.string()) }),
  }),
})
const { services } = shape.parse(load(readFileSync(file, 'utf8')))

test('with docker compose the files of an own folder count, and the bot cannot change them', () => {
  expect(services.bot.volumes).toContain('./own-config:/config:ro')
  expect(services.bot.environment['TUPPENCE_CONFIG_DIR']).toBe('/config')
})

test('every variable that the bot reads is handed in, but those that the image sets and the addresses of other servers', () => {
  const given = new Set(Object.keys(services.bot.environment))
  const missing = variableNames.filter((name) => !given.has(name))

  expect(missing).toEqual(['PORT', 'HOST', 'TUPPENCE_DATA_DIR', 'SLACK_API_URL', 'DISCORD_API_URL'])
})
