/**
 * Gives a sentence of config/wording.yaml with its `{placeholders}` filled.
 * Values are put in as they are: whatever came from a customer goes through `plain` of markup.ts first.
 */
export type Say = (key: string, values?: Readonly<Record<string, string>>) => string
