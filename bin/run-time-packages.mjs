// node bin/run-time-packages.mjs FOLDER: puts into FOLDER what the bot reads of node_modules/, for an image. Left out are the
// tools, what only people and compilers read, and packages that are asked for on behalf of code that is never loaded.
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { root } from './bootstrap.mjs'

/** One file of natural is loaded, its stemmer, which needs none of the databases that natural can talk to. */
const withoutTheirOwn = new Set(['node_modules/natural'])
const forPeople = /\.(?:map|md|markdown|[cm]?ts)$/i

const [target] = process.argv.slice(2)
if (!target) {
  process.stderr.write('No folder given. Usage: node bin/run-time-packages.mjs /tmp/node_modules\n')
  process.exitCode = 2
} else {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  for (const path of wantedPackages(packages)) copyPackage(join(root, path), join(resolve(target), path.slice(13)))
  copyFile(join(root, 'node_modules/.tuppence-stamp'), join(resolve(target), '.tuppence-stamp'))
}

/** The folders of the packages that are asked for, by the bot or by one of them, and that were installed. */
function wantedPackages(packages) {
  const found = new Set()
  const look = (path) => {
    for (const name of withoutTheirOwn.has(path) ? [] : namesAskedBy(packages[path])) {
      const asked = nearest(path, name, packages)
      if (!asked || found.has(asked) || !existsSync(join(root, asked))) continue
      found.add(asked)
      look(asked)
    }
  }
  look('')
  return found
}

/** What a package asks for; a peer that it can do without is asked for by somebody else, or not at all. */
function namesAskedBy({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies || {}).filter((name) => !peerDependenciesMeta[name]?.optional)
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]
}

/** Where Node finds `name` from the package in `path`: in its own folder, or in one around it. */
function nearest(path, name, packages) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const candidate = `${folder}${folder ? '/' : ''}node_modules/${name}`
    if (packages[candidate]) return candidate
    if (!folder) return undefined
  }
}

function copyPackage(from, to) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'node_modules') copyPackage(join(from, entry.name), join(to, entry.name))
    else if (entry.isFile() && !forPeople.test(entry.name)) copyFile(join(from, entry.name), join(to, entry.name))
  }
}

/** On the same disk a second name is enough, and takes no space. */
function copyFile(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  try {
    linkSync(from, to)
  } catch (error) {
    if (error.code === 'EEXIST') throw error
    copyFileSync(from, to)
  }
}
