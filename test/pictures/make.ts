import { drawDiscordScenes } from './discord.ts'
import { drawScenes } from './page.ts'
import { drawSlackScenes } from './slack.ts'

/**
 * `node bin/run.mjs test/pictures/make.ts [CHROMIUM]` draws docs/images/slack-*.png and discord-*.png from what a running bot
 * sends to the stand-ins of the platforms. CHROMIUM is /usr/bin/chromium when it is left out.
 */
export default async function main([executablePath = '/usr/bin/chromium']: string[]): Promise<number> {
  const scenes = [...(await drawSlackScenes()), ...(await drawDiscordScenes())]
  await drawScenes(scenes, executablePath)
  process.stdout.write(`${scenes.map(({ name }) => `docs/images/${name}.png`).join('\n')}\n`)
  return 0
}
