import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createAlertWebhook } from '../../adapters/webhook/alert-webhook.ts'
import { loadConfig } from '../../config/load.ts'
import { sendAlerts, watchBudget } from '../../handlers/alerts.ts'
import { Secret } from '../../src/core/secret.ts'
import { openAlertRig } from '../handlers/alert-rig.ts'
import { WebhookServer } from '../servers/webhook.ts'

const page = readFileSync(new URL('../../docs/budget.md', import.meta.url), 'utf8')

/** The only block of this language. */
function blockOf(language: 'yaml' | 'json'): string {
  return page.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''
}

test('the settings that docs/budget.md shows are accepted, and the defaults but for what it says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'bot.yaml'), blockOf('yaml'))

  const shown = loadConfig({ TUPPENCE_CONFIG_DIR: folder })

  const { budget } = loadConfig({})
  expect(shown.budget).toEqual({ ...budget, timeZone: 'Europe/London', cloudCallsPerDay: 100 })
  expect(shown.alerts.channel).toEqual({ platform: 'slack', address: 'C0123456789' })
})

test('the alert that docs/budget.md shows is the one a webhook gets', async () => {
  const rig = await openAlertRig()
  const server = await new WebhookServer().start()
  onTestFinished(async () => {
    await rig.close()
    await server.close()
  })
  rig.limit = 100_000_000
  await rig.spend(80_000_000)
  const parts = rig.withTargets([['webhook', createAlertWebhook(new Secret(server.origin))]])

  await watchBudget(parts)
  await sendAlerts(parts)

  expect(server.received.map(({ body }) => body)).toEqual([JSON.parse(blockOf('json'))])
})

test('the sentence that docs/budget.md says customers read is the one of the wording', () => {
  expect(page).toContain(`\n> ${loadConfig({}).wording.get('budget.simple')}\n`)
})
