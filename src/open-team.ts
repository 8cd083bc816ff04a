import { uuidv7 } from 'uuidv7'
import type { Config } from '../config/config.ts'
import { createSay } from '../config/wording.ts'
import { createDesk, type TeamDesk } from '../handlers/desk/desk.ts'
import { createHome } from '../handlers/home.ts'
import type { TeamIntake } from '../handlers/intake.ts'
import { createRoles } from '../handlers/roles.ts'
import { createSpend } from '../handlers/spend/spend.ts'
import { createTeam } from '../handlers/team.ts'
import type { Foundation } from './channels.ts'
import type { LiveControls } from './core/controls.ts'
import type { ChannelName } from './core/message.ts'
import type { BudgetLedger, ConversationKey, IsPlatformAdmin, Queue } from './core/ports.ts'
import { readHours, readSpend } from './open-spending.ts'

/** What the team works with besides the store. */
export interface TeamNeeds {
  readonly ledger: BudgetLedger
  readonly controls: LiveControls
  readonly queue: Queue
  /** Whom to ask whether somebody is an admin, on each platform that runs. */
  readonly admins: ReadonlyMap<ChannelName, IsPlatformAdmin>
  readonly stopTurn: (key: ConversationKey) => void
}

/** What the team does in chat, and what customers' turns tell it. */
export interface Team {
  readonly intake: TeamIntake
  readonly turns: TeamDesk['turns']
}

/** The team's desk, `/spend` and the home page, behind one door. */
export async function openTeam(config: Config, foundation: Foundation, needs: TeamNeeds): Promise<Team> {
  const { store, observer, now } = foundation
  const { ledger, controls, queue, admins, stopTurn } = needs
  const say = createSay(config.wording)
  const roles = createRoles(config.team, admins)
  const desk = createDesk({
    ...store,
    queue,
    stopTurn,
    observer,
    roles,
    team: config.team,
    readsThreads: (platform) => platform === 'slack' || config.discord?.messageContent === true,
    timeZone: config.budget.timeZone,
    advancedLimit: config.budget.advancedRequestLimit,
    say,
    newId: uuidv7,
    now,
  })
  const spending = { config, spending: store.spending, ledger, now }
  const money = {
    say,
    controls,
    change: (...given: Parameters<typeof store.controls.change>) => store.controls.change(...given),
    audit: store.audit,
    budget: () => ledger.on(),
    configuredLimit: config.budget.dailyLimit,
    timeZone: config.budget.timeZone,
    key: await store.secret('controls'),
    observer,
    now,
    newId: uuidv7,
    read: (period: string) => readSpend(period, spending),
  }
  const spend = createSpend({ ...money, standingOf: roles.standingOf, hours: (period) => readHours(period, spending) })
  const home = createHome({
    ...money,
    roles,
    tickets: store.tickets,
    queue: (tenant) => store.desk.queue(tenant),
    companyName: config.company.name,
  })
  return { intake: createTeam({ desk, spend, home, roles, say }), turns: desk.turns }
}
