/** What a field of a payload may turn out to be. */
const strange: readonly unknown[] = [
  null,
  undefined,
  0,
  -0,
  1e308,
  NaN,
  2 ** 53,
  true,
  '',
  'x'.repeat(40_001),
  '1763700000.000000',
  'C:D\nE',
  '../../x',
  [],
  [[]],
  [null],
  {},
  { id: {}, type: 'im' },
  JSON.parse('{"__proto__":{"type":"event_callback","id":"1"},"constructor":{"prototype":{}}}'),
  Object.create(null),
  Symbol('x'),
  1n,
  () => 'x',
]

/** The payload with each of its fields in turn, however deep, left out or replaced by something strange. */
export function* mutationsOf(payload: unknown): Generator {
  if (typeof payload !== 'object' || payload === null) return
  for (const [name, value] of Object.entries(payload)) {
    const without: Record<string, unknown> = { ...payload }
    delete without[name]
    yield without
    for (const other of strange) yield { ...payload, [name]: other }
    for (const inner of mutationsOf(value)) {
      yield { ...payload, [name]: Array.isArray(value) ? Object.values(inner ?? []) : inner }
    }
  }
}
