import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../src/core/errors.ts'
import type { ModelAlias } from '../src/core/model.ts'
import { retiringOf, type Catalogue } from '../src/models/catalogue.ts'
import type { Config, ModelList } from './config.ts'
import { Faults } from './faults.ts'
import { readModels } from './models.ts'
import { checkAliases } from './aliases.ts'
import { pricesOfName } from './prices.ts'
import { shippedFolder } from './yaml.ts'

/** What became different in the catalogue, by alias. */
export interface CatalogueChange {
  readonly added: readonly ModelAlias[]
  readonly removed: readonly ModelAlias[]
  readonly changed: readonly ModelAlias[]
  /** The list as it stands from here on. */
  readonly list: ModelList
}

export interface CatalogueOptions {
  /** Hears that the files changed and are in use. */
  readonly onChange?: (change: CatalogueChange) => void
  /** Hears why the files as they stand are not used; what stood before goes on. */
  readonly onRefused?: (error: ConfigError) => void
  /** How often the files are looked at; a change is taken once it has stood still for one such time. */
  readonly everyMs?: number
}

export interface WatchedCatalogue extends Catalogue {
  /** The list in use. */
  list(): ModelList
  /** Ends the watch. */
  close(): void
}

/** Twice this, for standing still and for the next look, is the longest a change waits: less than two seconds. */
const usualEveryMs = 600

/**
 * The catalogue, following models.yaml and prices.yaml on disk, shipped and own. A change is taken as a whole or, with any
 * fault, not at all. The timer does not keep the process alive.
 */
export function createCatalogue(
  config: Pick<Config, 'modelList' | 'configDir' | 'models' | 'budget'>,
  { onChange, onRefused, everyMs = usualEveryMs }: CatalogueOptions = {},
): WatchedCatalogue {
  let list = config.modelList
  // Nothing is taken yet: a file that was changed while the bot started is found at the first look.
  let taken = ''
  let seen = fingerprint(config.configDir)

  const look = (): void => {
    const before = seen
    seen = fingerprint(config.configDir)
    // Half of a file may be good YAML: what is still being written is left alone.
    if (seen === taken || seen !== before) return
    taken = seen
    const faults = new Faults()
    const read = readModels(config.configDir, faults)
    if (read !== undefined) checkAliases(config, read.models, faults)
    if (read === undefined || faults.found.length > 0) {
      onRefused?.(new ConfigError(faults.found))
      return
    }
    const change = changeOf(list, read)
    const isSame = contentOf(list) === contentOf(read)
    list = read
    if (!isSame) onChange?.(change)
  }
  const timer = setInterval(look, everyMs)
  timer.unref()

  return {
    models: () => list.models,
    find: (alias) => list.models.find((model) => model.alias === alias),
    pricesOf: (provider, wireName) => pricesOfName(list.models, list.ownPrices, { provider, wireName }),
    retiring: (on) => retiringOf(list.models, on),
    list: () => list,
    close: () => clearInterval(timer),
  }
}

/** Which files there are, how long, and when they were last written. */
function fingerprint(own: string | undefined): string {
  const folders = own === undefined ? [shippedFolder] : [shippedFolder, own]
  const files = folders.flatMap((folder) => [join(folder, 'models.yaml'), join(folder, 'prices.yaml')])
  return files
    .map((path) => {
      const file = statSync(path, { throwIfNoEntry: false })
      return file === undefined ? 'none' : `${file.ino} ${file.size} ${file.mtimeMs}`
    })
    .join('\n')
}

function changeOf(before: ModelList, after: ModelList): CatalogueChange {
  const old = new Map(before.models.map((model) => [model.alias, JSON.stringify(model)]))
  const now = new Map(after.models.map((model) => [model.alias, JSON.stringify(model)]))
  return {
    added: [...now.keys()].filter((alias) => !old.has(alias)),
    removed: [...old.keys()].filter((alias) => !now.has(alias)),
    changed: [...now]
      .filter(([alias, content]) => old.has(alias) && old.get(alias) !== content)
      .map(([alias]) => alias),
    list: after,
  }
}

/** A list as one text; it is made field by field in one order, so equal ones have equal texts. */
function contentOf({ models, ownPrices, warnings }: ModelList): string {
  return JSON.stringify([models, [...ownPrices], warnings])
}
