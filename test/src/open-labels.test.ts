import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { openLabels } from '../../src/open-labels.ts'
import { startTestBot } from '../bot.ts'
import { newDataFolder } from '../data-folder.ts'

interface Said {
  readonly conversation: string
  readonly replies: readonly { readonly actions: readonly { readonly id: string; readonly label: string }[] }[]
}

test('beside a running bot a rated message is exported by that bot, without what is personal', async () => {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const bot = await startTestBot({ TUPPENCE_DATA_DIR: folder })
  let cookie = ''
  const post = async (path: string, body: object): Promise<Said> => {
    const headers = { 'content-type': 'application/json', cookie }
    const response = await fetch(`${bot.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return (await response.json()) as Said
  }
  const { conversation, replies } = await post('/api/chat', {
    text: 'What are your opening hours? My name is Ada, ada@example.com',
  })
  const thumb = replies
    .flatMap(({ actions }) => actions)
    .find(({ label }) => label.includes('👍') || /^yes/i.test(label))
  await post('/api/chat/action', { conversation, action: thumb?.id })

  const source = await openLabels(loadConfig({ TUPPENCE_DATA_DIR: folder }))
  const { labels, next } = await source.page('today', undefined)
  const after = await source.page('today', next)

  expect(labels).toMatchObject([
    {
      source: 'helpful',
      intent: 'general.opening-hours',
      text: 'What are your opening hours? My name is [NAME], [EMAIL_1]',
    },
  ])
  expect(after.labels).toEqual([])
  await expect(source.page('today', 'nonsense')).rejects.toThrow('There is no place "nonsense" to go on after')
  await source.close()
})
