import { type Answer, field, type Fields, fields, invalid, listOf, numberOf, textOf } from './fields.ts'
import { applicationId, type World } from './world.ts'

/** https://docs.discord.com/developers/interactions/application-commands: the limits of each kind. */
const most: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15, 4: 1 }

/** The application's commands, as they were put and with what Discord fills in. */
export class Commands {
  readonly all: Fields[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  list(): Answer {
    return { status: 200, body: this.all }
  }

  put(body: unknown): Answer {
    if (!Array.isArray(body)) throw invalid('body', 'a list')
    const given = body.map((command: unknown) => fields(command))
    for (const command of given) checkCommand(command)
    for (const [kind, limit] of Object.entries(most)) {
      if (given.filter((command) => kindOf(command) === Number(kind)).length > limit) throw invalid('body', 'too many')
    }
    const names = given.map((command) => `${kindOf(command)} ${textOf(command, 'name')}`)
    if (new Set(names).size !== names.length) throw invalid('name', 'Application command names must be unique')
    this.all.splice(0, this.all.length, ...given.map((command) => this.#filled(command)))
    return { status: 200, body: this.all }
  }

  #filled(command: Fields): Fields {
    const {
      default_member_permissions: permissions = null,
      contexts = null,
      integration_types: types = [0, 1],
    } = command
    return {
      id: this.#world.newId(),
      application_id: applicationId,
      version: this.#world.newId(),
      type: kindOf(command),
      name: command['name'],
      name_localizations: null,
      description: command['description'] ?? '',
      description_localizations: null,
      dm_permission: true,
      nsfw: false,
      default_permission: true,
      contexts,
      integration_types: types,
      default_member_permissions: permissions,
      ...(listOf(command, 'options').length === 0 ? {} : { options: listOf(command, 'options').map(withoutDefaults) }),
    }
  }
}

function kindOf(command: Fields): number {
  return numberOf(command, 'type') || 1
}

/** Discord leaves out what is as it would be anyway. */
function withoutDefaults(option: unknown): Fields {
  const { required, ...rest } = fields(option)
  return required === true ? { ...rest, required } : rest
}

function checkCommand(command: Fields): void {
  const [name, description] = [textOf(command, 'name'), textOf(command, 'description')]
  const isTyped = kindOf(command) === 1
  if (!(isTyped ? /^[-_'\p{L}\p{N}]{1,32}$/u : /^.{1,32}$/u).test(name)) throw invalid('name', 'not a name')
  if (isTyped && name !== name.toLowerCase()) throw invalid('name', 'lower case')
  if (isTyped ? description.length < 1 || description.length > 100 : description !== '')
    throw invalid('description', 'Must be between 1 and 100 in length, and empty in a menu.')
  const options = listOf(command, 'options')
  if (!isTyped && options.length > 0) throw invalid('options', 'none in a menu')
  if (options.length > 25) throw invalid('options', 'Must be 25 or fewer in length.')
  for (const option of options) {
    if (!/^[-_\p{Ll}\p{N}]{1,32}$/u.test(textOf(option, 'name'))) throw invalid('options.name', 'not a name')
    const told = textOf(option, 'description')
    if (told.length < 1 || told.length > 100) throw invalid('options.description', 'Must be between 1 and 100.')
    const longest = field(option, 'max_length')
    if (longest !== undefined && (typeof longest !== 'number' || longest < 1 || longest > 6000))
      throw invalid('options.max_length', 'Must be between 1 and 6000.')
  }
}
