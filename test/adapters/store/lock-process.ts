import { lockFolder } from '../../../adapters/store/folder-lock.ts'
import { DataFolderInUseError } from '../../../src/core/errors.ts'

/** A process that locks and releases folders as folder-lock.test.ts tells it to. */
let release: (() => Promise<void>) | undefined

async function obey(order: { readonly lock?: string }): Promise<string> {
  if (order.lock === undefined) {
    await release?.()
    return 'released'
  }
  try {
    release = await lockFolder(order.lock)
    return 'locked'
  } catch (error) {
    if (error instanceof DataFolderInUseError) return error.message
    throw error
  }
}

process.on('message', (order: { readonly lock?: string }) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.(String(error)),
  )
})
process.send?.('ready')
