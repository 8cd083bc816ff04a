import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { converse, saidIn, transcriptsOf } from './transcript.ts'

const documents = [
  'README.md',
  'docs/journeys/tickets.md',
  'docs/journeys/account.md',
  'docs/journeys/payments.md',
  'docs/journeys/general.md',
]

/** `UPDATE_TRANSCRIPTS=1 npm test -- documents` writes what the bot says today; read the difference before you commit it. */
const isUpdate = process.env['UPDATE_TRANSCRIPTS'] === '1'

test.each(documents)('every transcript in %s is what the bot says', async (name) => {
  const path = new URL(`../../${name}`, import.meta.url)
  const document = readFileSync(path, 'utf8')
  const transcripts = transcriptsOf(document)

  let updated = document
  for (const transcript of transcripts)
    updated = updated.replace(
      transcript,
      (await converse(saidIn(transcript), transcript.includes('👍'))).replaceAll('$', '$$$$'),
    )

  if (isUpdate) writeFileSync(path, updated)
  expect(transcripts.length).toBeGreaterThan(0)
  expect(isUpdate ? document : updated).toBe(document)
})

test.each(documents.slice(1))('the journey of %s has at least six turns', (name) => {
  const document = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

  expect(Math.max(...transcriptsOf(document).map((transcript) => saidIn(transcript).length))).toBeGreaterThanOrEqual(6)
})
