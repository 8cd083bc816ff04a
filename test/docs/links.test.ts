import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).toSorted()

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** A page without its blocks, in which brackets are no links. */
function proseOf(page: string): string {
  return read(page).replace(/^```[^]*?^```$/gm, '')
}

/** The anchors of a page as Git hosts make them: small letters, spaces as hyphens, no punctuation. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

test.each(pages)('every link and picture of %s leads somewhere', (page) => {
  const targets = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  const inside = targets.filter((target) => !/^[a-z]+:/.test(target))

  const broken = inside.filter((target) => {
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).has(anchor))
  })

  expect(broken).toEqual([])
})

const pathPattern = /(?<![\w/.-])(?:adapters|agents|bench|bin|config|docs|handlers|src|test)\/[\w./*-]*\w/g

/** The page that names files of a plan which do not exist. */
const ofThePlan = 'docs/decisions/2026-11-21-names-in-the-tree.md'

test.each(pages.filter((page) => page !== ofThePlan))('every file that %s names is there', (page) => {
  const named = [...read(page).matchAll(pathPattern)].map(([path]) => path)

  // A word in capitals stands for any.
  const missing = named.filter((path) => globSync(path.replace(/[A-Z]{4,}/g, '*'), { cwd: root }).length === 0)

  expect(missing).toEqual([])
})

test('every page can be reached from README', () => {
  const reached = new Set(['README.md'])
  // A set goes on over what is added while it is walked.
  for (const page of reached)
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)) {
      const place = join(dirname(page), target)
      const found = pages.filter((one) => one === place || `${dirname(one)}/` === place)
      for (const one of found) reached.add(one)
    }

  expect(pages.filter((page) => !reached.has(page))).toEqual([])
})
