import type { Purpose } from '../core/budget.ts'
import type { Classification, Stage } from '../core/intent.ts'
import { isLocal, type ModelSpec } from '../core/model.ts'

/** How an installation uses models; docs/profiles.md has a section for each. */
export const profileNames = ['free', 'hybrid', 'tiered', 'local-first', 'local-only', 'cloud'] as const
export type ProfileName = (typeof profileNames)[number]

/** One way of using models, as data. */
export interface Profile {
  /** Which messages a model classifies: those below the free threshold, or all that no rule, button or question settled. */
  readonly classifies: 'none' | 'ambiguous' | 'unsettled'
  /** What models may be asked for. */
  readonly purposes: readonly Purpose[]
  /** `in-tier`: when their tier's turn comes; `first`: before every other. */
  readonly local: 'never' | 'in-tier' | 'first'
  /** `with-reason`: only for one of the reasons of `CloudReason`. */
  readonly cloud: 'never' | 'in-tier' | 'with-reason'
}

const every: readonly Purpose[] = ['classification', 'answer', 'advanced']

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  free: { classifies: 'none', purposes: [], local: 'never', cloud: 'never' },
  hybrid: { classifies: 'ambiguous', purposes: every, local: 'in-tier', cloud: 'in-tier' },
  // Rules answer; a large model only when a person presses the button.
  tiered: { classifies: 'unsettled', purposes: ['classification', 'advanced'], local: 'in-tier', cloud: 'in-tier' },
  'local-first': { classifies: 'ambiguous', purposes: every, local: 'first', cloud: 'with-reason' },
  'local-only': { classifies: 'ambiguous', purposes: every, local: 'first', cloud: 'never' },
  cloud: { classifies: 'ambiguous', purposes: every, local: 'never', cloud: 'in-tier' },
}

/**
 * Why a cloud model is asked although local ones come first. `local-failed`: every local one failed or is kept from calls;
 * `asked`: the customer named one; `overload`: the local ones have more requests than they take; `button`: a person
 * pressed "Try advanced AI".
 */
export type CloudReason = 'local-failed' | 'asked' | 'overload' | 'button'

/** Why a profile keeps a model from a purpose for good; undefined when it does not. */
export function excludedBy(name: ProfileName, spec: ModelSpec, purpose: Purpose): string | undefined {
  const profile = profiles[name]
  if (profile.purposes.length === 0) return `the profile ${name} asks no model`
  if (!profile.purposes.includes(purpose)) return `the profile ${name} asks no model for the purpose ${purpose}`
  if (isLocal(spec)) return profile.local === 'never' ? `the profile ${name} asks no local model` : undefined
  return profile.cloud === 'never' ? `the profile ${name} asks no cloud model` : undefined
}

/** Decided without arithmetic, or by a model already. */
const settled: readonly Stage[] = ['keywords', 'cache', 'model', 'question', 'button']

/** Whether a model is to classify a message that the free stages understood so far. Equality with the threshold is free. */
export function wantsClassification(
  name: ProfileName,
  { stage, confidence }: Pick<Classification, 'stage' | 'confidence'>,
  freeThreshold: number,
): boolean {
  if (stage === 'model') return false
  switch (profiles[name].classifies) {
    case 'none':
      return false
    case 'ambiguous':
      return confidence < freeThreshold
    case 'unsettled':
      return confidence < freeThreshold || !settled.includes(stage)
  }
}

/** No person is called so. */
const productPattern = /\b(?:chat\s?-?gpt|gpt\s?-?\d(?:\.\d+)?\w*|gpt|openai|anthropic)\b/i
/** Somebody may be called so: a name counts only where a model is meant. */
const namePattern =
  /\b(?:ask|asking|use|using|try|want|prefer|let|can|could|have|get|need|(?:switch|change)(?:ing)? to|answer(?:ed)? (?:by|from|with))\s+(?:to\s+)?(?:ask\s+|use\s+|try\s+)?(?:the\s+)?(?:claude|gemini)\b|\b(?:claude|gemini)[\s-](?:\d|opus|sonnet|haiku|fable|pro\b|flash|please)/i

/** Whether a message asks for a cloud model by name. An address such as claude@example.com names nobody. */
export function asksForCloud(text: string): boolean {
  const plain = text.slice(0, 2000).replace(/\S*@\S+/g, ' ')
  return productPattern.test(plain) || namePattern.test(plain)
}
