import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { agentNames, type Intent } from '../src/core/intent.ts'
import type { Cents } from '../src/core/money.ts'
import type { Config } from './config.ts'
import type { Faults } from './faults.ts'
import { readModels } from './models.ts'
import { botSchema, companySchema, intentSchema, noneSchema, wordingSchema } from './schema.ts'
import { mergeWording } from './wording.ts'
import { fileOf, readYaml, shippedFolder, type File } from './yaml.ts'

type FileConfig = Pick<
  Config,
  | 'tenant'
  | 'freeThreshold'
  | 'targetPrecision'
  | 'encoder'
  | 'modelList'
  | 'intents'
  | 'outOfScope'
  | 'wording'
  | 'company'
  | 'sample'
  | 'articles'
> & { readonly bot: z.output<typeof botSchema> }

/** Reads every file of the configuration. A file of the operator's folder stands in for the shipped one of the same name. */
export function readFiles(own: string | undefined, faults: Faults): FileConfig | undefined {
  if (own !== undefined && !isFolder(own)) {
    faults.add(
      'environment',
      'TUPPENCE_CONFIG_DIR',
      `the folder ${own} does not exist; create it or leave the variable out`,
    )
    return undefined
  }
  const at = (name: string): File => fileOf(name, own)
  const bot = readYaml(at('bot.yaml'), botSchema, faults)
  const modelList = readModels(own, faults)
  const company = readYaml(at('sample/company.yaml'), companySchema, faults)
  const none = readYaml(at('intents/none.yaml'), noneSchema, faults)
  const intents = readIntents(at('intents').path, faults)
  const wording = readWording(own, faults)
  const articles = readArticles(at('sample/articles').path)
  if (bot === undefined || company === undefined || none === undefined || wording === undefined) return undefined
  if (modelList === undefined) return undefined
  return {
    tenant: bot.tenant,
    freeThreshold: bot.classification.freeThreshold,
    targetPrecision: bot.classification.targetPrecision,
    encoder: bot.classification.encoder,
    bot,
    modelList,
    intents,
    outOfScope: none.utterances,
    wording,
    ...toCompany(company),
    articles,
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** The schema has checked that the amounts are whole cents. */
function toCompany({
  company,
  customers,
  suggestions,
}: z.output<typeof companySchema>): Pick<FileConfig, 'company' | 'sample'> {
  const plans = company.plans.map((plan) => ({ ...plan, monthly: plan.monthly as Cents }))
  return {
    company: {
      ...company,
      plans,
      refundCap: company.refundCap as Cents,
      codes: company.codes.map((code) => ({ ...code, minimum: code.minimum as Cents | undefined })),
    },
    sample: { currency: company.currency, customers, suggestions },
  }
}

function readIntents(folder: string, faults: Faults): readonly Intent[] {
  const intents: Intent[] = []
  for (const agent of agentNames) {
    const within = join(folder, agent)
    if (!existsSync(within)) continue
    for (const file of readdirSync(within).toSorted()) {
      if (!file.endsWith('.yaml')) {
        faults.add(`intents/${agent}/`, file, 'is not read; intents are files ending in .yaml')
        continue
      }
      const intent = readYaml({ path: join(within, file), name: `intents/${agent}/${file}` }, intentSchema, faults)
      if (intent !== undefined) intents.push({ name: `${agent}.${file.slice(0, -'.yaml'.length)}`, agent, ...intent })
    }
  }
  for (const name of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
    if (name === 'none.yaml' || agentNames.some((agent) => agent === name)) continue
    faults.add('intents/', name, `belongs to no agent; the folders are ${agentNames.join(', ')}`)
  }
  if (intents.length === 0)
    faults.add('intents/', 'the folder', `holds no intent; expected ${agentNames.join('/, ')}/ with YAML files`)
  return intents
}

function readWording(own: string | undefined, faults: Faults): ReadonlyMap<string, string> | undefined {
  const base = readYaml({ path: join(shippedFolder, 'wording.yaml'), name: 'wording.yaml' }, wordingSchema, faults)
  const path = own === undefined ? undefined : join(own, 'wording.yaml')
  const changes =
    path !== undefined && existsSync(path) ? readYaml({ path, name: 'wording.yaml' }, wordingSchema, faults) : {}
  return base === undefined || changes === undefined ? undefined : mergeWording(base, changes, faults)
}

function readArticles(folder: string): Config['articles'] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .toSorted()
  return names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
}
