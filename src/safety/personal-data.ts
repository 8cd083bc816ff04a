/** The kinds of personal detail and secret that never leave for a model; each names its placeholder: `[CARD_1]`. */
export type PersonalKind = 'CARD' | 'IBAN' | 'EMAIL' | 'PHONE' | 'KEY' | 'CODE' | 'ID'

/** A detail and its place in the text that was searched. */
export interface Found {
  readonly kind: PersonalKind
  readonly start: number
  /** One behind its last character. */
  readonly end: number
}
