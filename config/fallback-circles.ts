import type { ModelAlias, ModelSpec } from '../src/core/model.ts'

/** Fallbacks that lead back to where they began, each circle once: `['a', 'b', 'a']`. */
export function circlesOf(
  models: readonly Pick<ModelSpec, 'alias' | 'fallbacks'>[],
): readonly (readonly ModelAlias[])[] {
  const fallbacksOf = new Map(models.map(({ alias, fallbacks }) => [alias, fallbacks]))
  const finished = new Set<ModelAlias>()
  const circles: (readonly ModelAlias[])[] = []
  const follow = (alias: ModelAlias, way: readonly ModelAlias[]): void => {
    const met = way.indexOf(alias)
    if (met !== -1) circles.push([...way.slice(met), alias])
    if (met !== -1 || finished.has(alias)) return
    for (const next of fallbacksOf.get(alias) ?? []) follow(next, [...way, alias])
    finished.add(alias)
  }
  for (const { alias } of models) follow(alias, [])
  return circles
}
