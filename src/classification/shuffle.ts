/**
 * Makes what puts numbers in an order that looks random (Fisher-Yates with a linear congruence). Each call goes on from the
 * one before; from its making on it does the same every time.
 */
export function createShuffle(): (numbers: Int32Array) => void {
  let state = 20_260_721
  return (numbers) => {
    for (let index = numbers.length - 1; index > 0; index--) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      const other = Math.floor((state / 2 ** 32) * (index + 1))
      const kept = numbers[index] ?? 0
      numbers[index] = numbers[other] ?? 0
      numbers[other] = kept
    }
  }
}
