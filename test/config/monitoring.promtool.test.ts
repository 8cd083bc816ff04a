import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const promtool = process.env['TEST_PROMTOOL'] ?? ''
const folder = fileURLToPath(new URL('../../config/monitoring/', import.meta.url))

const checks = [
  { promise: 'Prometheus accepts its configuration', args: ['check', 'config', 'prometheus.yml'] },
  // The file with the token is there in the container only.
  {
    promise: 'Prometheus accepts the configuration of docker compose',
    args: ['check', 'config', '--syntax-only', 'prometheus-compose.yml'],
  },
  { promise: 'Prometheus accepts the rules', args: ['check', 'rules', 'rules.yml'] },
  { promise: 'every alert fires when it should, and not otherwise', args: ['test', 'rules', 'rules.test.yml'] },
]

test.each(checks)(
  '$promise',
  ({ args }) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: 'utf8' })

    expect(`${stdout}${stderr}`).toContain('SUCCESS')
    expect(status).toBe(0)
  },
  120_000,
)
