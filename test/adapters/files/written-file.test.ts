import { mkdtempSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { replaceFile } from '../../../adapters/files/files.ts'
import { checkWritable, writeWhole } from '../../../adapters/files/written-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuppence-written-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a file is replaced whole, through a link too, and nothing else remains', async () => {
  await writeFile(join(folder, 'real'), 'old')
  await symlink('real', join(folder, 'link'))

  await writeWhole(join(folder, 'link'), Buffer.from('new'))

  expect(await readFile(join(folder, 'real'), 'utf8')).toBe('new')
  expect(await readdir(folder)).toEqual(['link', 'real'])
})

test('where a file cannot be replaced, no draft is left behind', async () => {
  await mkdir(join(folder, 'taken'))

  await expect(replaceFile(join(folder, 'taken'), 'new')).rejects.toMatchObject({ syscall: 'rename' })
  expect(await readdir(folder)).toEqual(['taken'])
})

test('what cannot be written is refused beforehand, and nothing is made', async () => {
  await writeFile(join(folder, 'file'), '')

  await expect(checkWritable(folder)).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(checkWritable(join(folder, 'missing', 'file'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(checkWritable(join(folder, 'file', 'file'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(writeWhole(join(folder, 'missing', 'file'), Buffer.from('x'))).rejects.toMatchObject({ code: 'ENOENT' })
  await checkWritable(join(folder, 'absent'))
  expect(await readdir(folder)).toEqual(['file'])
})

test('a device stays a device', async () => {
  await checkWritable('/dev/null')
  await writeWhole('/dev/null', Buffer.from('gone'))

  expect(await readFile('/dev/null', 'utf8')).toBe('')
})
