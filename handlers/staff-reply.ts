import type { Reply } from '../src/core/reply.ts'

/** Words for the team or its admins alone. */
export function toStaffReply(text: string): Reply {
  return { text, actions: [], audience: 'staff' }
}
