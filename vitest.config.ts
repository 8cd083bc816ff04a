import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests that need a server of their own are chosen by file name, so that no test is ever skipped. */
const servers = [
  { files: 'test/**/*.redis.test.ts', address: 'TEST_REDIS_URL' },
  { files: 'test/**/*.postgres.test.ts', address: 'TEST_DATABASE_URL' },
  { files: 'test/**/*.browser.test.ts', address: 'TEST_CHROMIUM' },
  { files: 'test/**/*.faketime.test.ts', address: 'TEST_FAKETIME' },
  { files: 'test/**/*.promtool.test.ts', address: 'TEST_PROMTOOL' },
]
const without = ['node_modules/**', ...servers.filter(({ address }) => !process.env[address]).map(({ files }) => files)]

/** Files with a process of their own each: they start bots, watch memory, or change what a process has but once. */
const alone = [
  'test/{bin,browser,chaos}/**/*.test.ts',
  'test/adapters/store/{folder,folder-lock,pglite}.test.ts',
  'test/src/{cli,main.postgres,main.redis,start}.test.ts',
  'test/{floors,sources}.test.ts',
]

/**
 * The files that take longest, each that waits among others that calculate: they begin first, so that no core has nothing
 * to do at the end. `node bin/run.mjs bench/slowest-tests.ts` tells what the latest run took.
 */
const first = [
  'adapters/queue/bullmq',
  'adapters/queue/cluster',
  'adapters/store/pglite',
  'chaos/sending',
  'chaos/production',
  'src/cli',
  'chaos/budget-race-midnight',
  'journeys/budget-ladder',
  'src/start',
  'chaos/budget-race.postgres',
  'adapters/store/ledger',
  'journeys/adversarial-model',
  'src/main.postgres',
  'browser/',
  'journeys/model-outages',
  'journeys/limits',
  'journeys/one-look',
  'config/monitoring',
  'chaos/',
  'journeys/provider-faults',
  'journeys/',
  'adapters/store/',
  'rendering/',
  'adapters/web/hostile-texts',
  'handlers/desk/random',
  'src/watchdog',
  'handlers/cli/train-evaluate',
  'adapters/web/faults',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = first.findIndex((start) => moduleId.includes(`/test/${start}`))
      return found < 0 ? first.length : found
    }
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => order(one) - order(other) || place(one) - place(other))
  }
}

/** The files of `together` stand together in the order, because a process of theirs ends when another kind of file comes. */
const order = ({ project }: TestSpecification): number => (project.config.isolate ? 0 : 1)

/** More than there are cores, because some tests mostly wait: for a limit of time, or for a process they started. */
const maxWorkers = Math.ceil(availableParallelism() * 1.5)

/** A project takes nothing over from the whole, so that the global setup runs once. */
const rules = {
  pool: 'forks',
  maxWorkers,
  retry: 0,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  allowOnly: false,
} as const

export default defineConfig({
  test: {
    ...rules,
    globalSetup: 'test/setup.ts',
    sequence: { sequencer: LongestFirst },
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/report.json' },
    projects: [
      { test: { ...rules, name: 'alone', include: alone, exclude: without } },
      // One after the other in the same processes, which saves loading and compiling everything for each file.
      {
        test: {
          ...rules,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...without, ...alone],
          isolate: false,
        },
      },
    ],
  },
})
