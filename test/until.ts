/** Waits for a condition, at most 15 seconds. @param what is waited for, for the error */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endsAt = performance.now() + 15_000
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`waited 15 s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
