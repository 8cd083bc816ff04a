import { defineConfig } from 'vitest/config'

/** Tests that need a server of their own are chosen by file name, so that no test is ever skipped. */
const servers = [
  { files: 'test/**/*.redis.test.ts', address: 'TEST_REDIS_URL' },
  { files: 'test/**/*.postgres.test.ts', address: 'TEST_DATABASE_URL' },
  { files: 'test/**/*.browser.test.ts', address: 'TEST_CHROMIUM' },
  { files: 'test/**/*.faketime.test.ts', address: 'TEST_FAKETIME' },
]
const without = ['node_modules/**', ...servers.filter(({ address }) => !process.env[address]).map(({ files }) => files)]

/**
 * Files that run one after the other in the same process, which saves loading everything again for each of them. They
 * start no process of the bot, and leave the environment and the memory of theirs as they are.
 */
const together = [
  'test/{agents,config,docs,handlers,servers}/**/*.test.ts',
  'test/adapters/{discord,models,slack,web}/**/*.test.ts',
  'test/src/*/**/*.test.ts',
]

/** A project takes nothing over from the whole, so that the global setup runs once. */
const rules = {
  pool: 'forks',
  maxWorkers: '100%',
  retry: 0,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  allowOnly: false,
} as const

export default defineConfig({
  test: {
    ...rules,
    globalSetup: 'test/setup.ts',
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/report.json' },
    // The files of the first project begin first; the many short ones then keep every core busy to the end.
    projects: [
      { test: { ...rules, name: 'alone', include: ['test/**/*.test.ts'], exclude: [...without, ...together] } },
      { test: { ...rules, name: 'together', include: together, exclude: without, isolate: false } },
    ],
  },
})
