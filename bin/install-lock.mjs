// One process at a time installs: a lock file that names its owner, so that a dead owner's lock is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { BootstrapError, explainNpmFailure } from './npm.mjs'

const limitMs = 10 * 60_000

/** Runs `work` while no other process holds the lock in `folder`; waits for up to ten minutes. */
export async function withInstallLock(folder, work) {
  const lock = join(folder, 'install.lock')
  await take(folder, lock)
  const release = () => rmSync(lock, { force: true })
  process.on('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

async function take(folder, lock) {
  const started = Date.now()
  let isAnnounced = false
  while (!tryTake(folder, lock)) {
    const owner = ownerOf(lock)
    if (owner !== undefined && !isAlive(owner)) takeAway(lock, owner)
    else if (Date.now() - started > limitMs) {
      throw new BootstrapError(`Process ${owner} has been installing for ten minutes. End it, or delete ${lock}.`)
    } else {
      if (owner && !isAnnounced) process.stderr.write(`Process ${owner} is already installing; waiting for it …\n`)
      isAnnounced = owner !== undefined
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

function tryTake(folder, lock) {
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw new BootstrapError(explainNpmFailure(String(error), folder))
  }
}

function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined
  } catch {
    return undefined // released, or not yet written, this very moment
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Removes a dead owner's lock; if another process was quicker and this is its live lock, puts it back. */
function takeAway(lock, owner) {
  const aside = `${lock}-${process.pid}`
  try {
    renameSync(lock, aside)
    if (ownerOf(aside) !== owner) linkSync(aside, lock)
  } catch {
    // gone or taken already: the next round looks again
  }
  rmSync(aside, { force: true })
}
