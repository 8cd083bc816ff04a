import { defineConfig } from 'vitest/config'

/** Tests that need a server of their own are chosen by file name, so that no test is ever skipped. */
const servers = [
  { files: 'test/**/*.redis.test.ts', address: 'TEST_REDIS_URL' },
  { files: 'test/**/*.postgres.test.ts', address: 'TEST_DATABASE_URL' },
  { files: 'test/**/*.browser.test.ts', address: 'TEST_CHROMIUM' },
]

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['node_modules/**', ...servers.filter(({ address }) => !process.env[address]).map(({ files }) => files)],
    globalSetup: 'test/setup.ts',
    pool: 'forks',
    maxWorkers: '100%',
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    allowOnly: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/report.json' },
  },
})
