import { afterEach, describe } from 'vitest'
import type { ChannelName } from '../../src/core/message.ts'
import { hearingPromises } from './channel/hearing.ts'
import { keptPromises, type KeptStand, type OpenKept } from './channel/kept.ts'
import { partsPromises } from './channel/parts.ts'
import { showingPromises } from './channel/showing.ts'
import type { PlatformStand } from './channel/stand.ts'

export { type PlatformStand, postOf, replyOf, type Shown, storeInto } from './channel/stand.ts'

/** What every chat platform's adapter promises. */
export function channelContract(name: ChannelName, make: () => Promise<PlatformStand>): void {
  describe(`channel contract: ${name}`, () => {
    const open: PlatformStand[] = []
    const opened = async (): Promise<PlatformStand> => {
      const stand = await make()
      open.push(stand)
      return stand
    }
    afterEach(async () => {
      for (const stand of open.splice(0)) {
        await stand.channel.stop()
        await stand.close()
      }
    })
    hearingPromises(name, opened)
    showingPromises(opened)
    partsPromises(opened)
  })
}

/** What a channel promises whose readers read the replies where they are stored: the web and the terminal. */
export function keptContract(name: ChannelName, make: OpenKept): void {
  describe(`channel contract: ${name}`, () => {
    const open: KeptStand[] = []
    afterEach(async () => {
      for (const stand of open.splice(0)) await stand.close()
    })
    keptPromises(name, async (answer) => {
      const stand = await make(answer)
      open.push(stand)
      return stand
    })
  })
}
