import type { Delivery } from './ports.ts'

/**
 * What a channel answers that sends nothing, because its readers read the replies where they are stored: a reply is there
 * whole and once, so there is nothing to look for and no twin to remove.
 */
export function endOfKept(delivery: Delivery): string {
  switch (delivery.kind) {
    case 'tidy':
      return '0'
    case 'edit':
    case 'remove':
      return delivery.platformId
    default:
      return delivery.key
  }
}
