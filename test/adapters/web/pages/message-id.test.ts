import { expect, test } from 'vitest'
import { newMessageId } from '../../../../adapters/web/pages/message-id.js'

test('an id is a UUID of version 4 and no two are the same', () => {
  const ids = Array.from({ length: 1_000 }, () => newMessageId())

  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual(
    [],
  )
  expect(new Set(ids).size).toBe(1_000)
})
