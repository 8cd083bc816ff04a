import type { ModelAlias } from '../../../src/core/model.ts'
import type { ModelFault } from '../../../src/core/errors.ts'
import { createCircuit } from '../../../src/models/circuit.ts'

/** A circuit with a clock of the test's; who failed as a probe is kept here, as the caller of a circuit does. */
export function circuit() {
  const clock = { ms: 0 }
  const changes: string[] = []
  const made = createCircuit({
    elapsedMs: () => clock.ms,
    onChange: (alias, change, because) => changes.push(`${alias} ${change}: ${because}`),
  })
  /** Models whose last admission was a probe that has not ended. */
  const probing = new Set<ModelAlias>()
  const allows = (alias: ModelAlias) => {
    const admission = made.allows(alias)
    if (admission.kind === 'probe') probing.add(alias)
    return admission
  }
  const failed = (alias: ModelAlias, fault: ModelFault, retryAfterMs?: number) =>
    made.failed(alias, { fault, retryAfterMs }, probing.delete(alias))
  const fail = (times: number, fault: ModelFault = 'server', retryAfterMs?: number) => {
    for (let time = 0; time < times; time += 1) failed('haiku', fault, retryAfterMs)
  }
  const at = (ms: number) => {
    clock.ms = ms
    return allows('haiku').kind
  }
  return {
    allows,
    succeeded: (alias: ModelAlias) => made.succeeded(alias),
    unused: (alias: ModelAlias) => made.unused(alias),
    failed,
    states: () => made.states(),
    positions: () => made.positions(),
    clock,
    changes,
    fail,
    at,
  }
}
