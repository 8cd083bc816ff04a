import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

interface Copy {
  readonly stage: string | undefined
  readonly sources: readonly string[]
  readonly target: string
}

/** What the last stage of the Dockerfile says. */
export interface Image {
  readonly copies: readonly Copy[]
  readonly environment: Readonly<Record<string, string>>
  readonly user: string
  readonly command: readonly string[]
  readonly healthCheck: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** Reads the Dockerfile, without asking Docker. */
export function readImage(): Image {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ')
  const stage = text.slice(text.lastIndexOf('\nFROM '))
  const all = (instruction: string) =>
    [...stage.matchAll(new RegExp(`^${instruction} +(.*)$`, 'gm'))].map(([, rest = '']) => rest)
  const pairs = (instruction: string) =>
    Object.fromEntries(
      [
        ...all(instruction)
          .join(' ')
          .matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g),
      ].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']),
    )
  return {
    copies: all('COPY').map(toCopy),
    environment: pairs('ENV'),
    user: all('USER').join(),
    command: JSON.parse(all('CMD')[0] ?? '[]'),
    healthCheck: JSON.parse(/CMD (\[.*\])/.exec(all('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]'),
    labels: pairs('LABEL'),
  }
}

function toCopy(line: string): Copy {
  const words = line.split(/ +/)
  const [stage, paths] = words[0]?.startsWith('--from=') ? [words[0].slice(7), words.slice(1)] : [undefined, words]
  return { stage, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }
}

/** Whether the folder's or file's own line in .dockerignore lets it through, and no later one takes it back. */
function isSent(path: string): boolean {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n').slice(1)
  const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  const refused = lines.filter((line) => !line.startsWith('!'))
  const isWithin = (folder: string) => path === folder || path.startsWith(`${folder}/`)
  return allowed.some(isWithin) && !refused.some(isWithin)
}

/** Makes the image's working folder: what its COPY lines take of the checkout, and the packages by their command. */
export function makeImageTree(image: Image, folder: string): void {
  for (const { stage, sources, target } of image.copies) {
    const to = join(folder, target)
    if (stage !== undefined) execFileSync(process.execPath, [join(root, 'bin/run-time-packages.mjs'), to])
    for (const source of stage === undefined ? sources : []) copyOwn(source, to)
  }
}

/** As COPY does: a folder's content into the target, a file beneath it. */
function copyOwn(source: string, target: string): void {
  const isFolder = statSync(join(root, source)).isDirectory()
  cpSync(join(root, source), isFolder ? target : join(target, basename(source)), {
    recursive: true,
    filter: (path) => path === join(root, source) || isSent(relative(root, path)),
  })
}
