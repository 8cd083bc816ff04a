import { mkdtempSync } from 'node:fs'
import { rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readWhole } from '../../../adapters/files/read-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuppence-read-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a file and an empty device are read to their end', async () => {
  await writeFile(join(folder, 'file'), 'whole')

  expect(Buffer.from(await readWhole(join(folder, 'file'))).toString()).toBe('whole')
  expect(await readWhole('/dev/null')).toHaveLength(0)
})

test('a device that never ends is refused, through a link too', async () => {
  await symlink('/dev/zero', join(folder, 'link'))

  await expect(readWhole(join(folder, 'link'))).rejects.toThrow('it is no file but a device')
})

test('a folder and a missing file are told by their codes', async () => {
  await expect(readWhole(folder)).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(readWhole(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
})
