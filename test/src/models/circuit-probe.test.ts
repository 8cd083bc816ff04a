import { expect, test } from 'vitest'
import { createCircuit } from '../../../src/models/circuit.ts'

test('the late failure of an earlier call neither lengthens the pause nor lets a second probe in', () => {
  let nowMs = 0
  const circuit = createCircuit({ elapsedMs: () => nowMs })
  const fault = { fault: 'server', retryAfterMs: undefined } as const
  for (let time = 0; time < 5; time += 1) circuit.failed('haiku', fault, false)
  nowMs = 1000
  expect(circuit.allows('haiku').kind).toBe('probe')

  circuit.failed('haiku', fault, false)

  nowMs = 1500
  expect(circuit.allows('haiku').kind).toBe('no')
  circuit.succeeded('haiku')
  expect(circuit.allows('haiku').kind).toBe('yes')
})
