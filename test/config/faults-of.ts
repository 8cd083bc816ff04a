import { loadConfig } from '../../config/load.ts'
import { ConfigError, type ConfigFault } from '../../src/core/errors.ts'

/** The faults of a configuration; none when it can be used. */
export function faultsOf(environment: NodeJS.ProcessEnv): readonly ConfigFault[] {
  try {
    loadConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}
