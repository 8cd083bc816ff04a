import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { secretNames, variableNames } from '../../config/environment.ts'
import { loadConfig } from '../../config/load.ts'

const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n')
const variables = lines
  .filter((line) => /^\w+=/.test(line))
  .map((line) => ({ name: line.split('=')[0] ?? '', value: line.slice(line.indexOf('=') + 1) }))

test('.env.example lists exactly the variables that are read', () => {
  expect(variables.map(({ name }) => name).toSorted()).toEqual([...variableNames].toSorted())
})

test('.env.example can be used as it is and holds no secret', () => {
  expect(() => loadConfig(Object.fromEntries(variables.map(({ name, value }) => [name, value])))).not.toThrow()
  expect(variables.filter(({ name, value }) => secretNames.has(name) && value !== '')).toEqual([])
})

test('every variable has a line above it that says what it is', () => {
  const bare = lines.filter((line, index) => /^\w+=/.test(line) && !lines[index - 1]?.startsWith('# '))

  expect(bare).toEqual([])
})
