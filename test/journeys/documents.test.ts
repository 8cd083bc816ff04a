import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'
import { converse, saidIn, transcriptsOf } from './transcript.ts'

const documents = [
  'README.md',
  'docs/journeys/tickets.md',
  'docs/journeys/account.md',
  'docs/journeys/payments.md',
  'docs/journeys/general.md',
  'docs/journeys/models.md',
]

/** `UPDATE_TRANSCRIPTS=1 npm test -- documents` writes what the bot says today; read the difference before you commit it. */
const isUpdate = process.env['UPDATE_TRANSCRIPTS'] === '1'

test.each(documents)('every transcript in %s is what the bot says', async (name) => {
  const path = new URL(`../../${name}`, import.meta.url)
  const document = readFileSync(path, 'utf8')
  const transcripts = transcriptsOf(document)

  let updated = document
  for (const transcript of transcripts)
    updated = updated.replace(transcript.text, (await converse(transcript)).replaceAll('$', '$$$$'))

  if (isUpdate) writeFileSync(path, updated)
  expect(transcripts.length).toBeGreaterThan(0)
  expect(isUpdate ? document : updated).toBe(document)
})

test.each(documents.slice(1))('the journey of %s has at least six turns', (name) => {
  const document = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

  expect(Math.max(...transcriptsOf(document).map((transcript) => saidIn(transcript).length))).toBeGreaterThanOrEqual(6)
})

test('the request that README shows for a script is answered', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const { url } = await startTestBot()
  const [, path = '', header = '', body = ''] =
    /curl -s localhost:3000(\S+) -H 'content-type: (\S+)' -d '([^']+)'/.exec(readme) ?? []

  const response = await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': header }, body })

  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ receipt: { intent: 'payments.double-charge', costMicroDollars: 0 } })
})
