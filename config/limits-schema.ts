import { z } from 'zod'

const windowSeconds = z.number().min(0.1).max(3600).default(10)

/** How fast customers are answered; what comes faster waits, and nothing is lost. */
export const limitSettings = z
  .strictObject({
    user: z
      .strictObject({
        messages: z
          .int()
          .min(0)
          .max(1000)
          .default(5)
          .describe('Messages of one person that are answered in a window; 0 for no limit.'),
        seconds: windowSeconds.describe('Length of the window.'),
      })
      .prefault({}),
    channel: z
      .strictObject({
        messages: z
          .int()
          .min(0)
          .max(1000)
          .default(20)
          .describe('Messages in one channel of a platform beyond one of each person; 0 for no limit.'),
        seconds: windowSeconds.describe('Length of the window.'),
      })
      .prefault({}),
  })
  .prefault({})
