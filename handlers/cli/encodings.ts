/**
 * What is wrong with the beginning of a file in UTF-16 or UTF-32, and the remedy; undefined for any other. They are known by
 * their marks, and without one by the empty bytes of their first two characters.
 */
export function foreignEncoding(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  const [, name] = encodings.find(([pattern]) => pattern.test(beginning)) ?? []
  if (name === undefined) return undefined
  return `the file is ${name}, not UTF-8; convert it, for example \`iconv -f ${name.toLowerCase()} -t utf-8 FILE > NEW\`.`
}

const encodings = [
  [/^(?:fffe0000|0000feff|(?!00)..000000|000000(?!00))/, 'UTF-32'],
  [/^(?:fffe|feff|(?!00)..00(?!00)..00|00(?!00)..00(?!00))/, 'UTF-16'],
] as const
