/**
 * A receipt in a reader's words: what `receipt-view.js` draws, as plain data. The receipt comes from our own server but
 * may be older or newer than this page, so every part may be missing.
 *
 * @typedef {{ intent: string, percent: number, label: string }} CandidateLine
 * @typedef {{ name: string, duration: string, share: number }} StepLine `share` of the longest step, 0 to 1
 * @typedef {{ model: string, provider: string, tier: string, purpose: string, tokens: string, cost: string, bound: string,
 *   duration: string, outcome: string, isAnswered: boolean }} CallLine `bound` is '' when nothing was held back
 * @typedef {{ intent: string, isKnown: boolean, percent: number, tier: string, cost: string, sentence: string, because: string, stage: string,
 *   route: string, effort: string, evidence: string[], candidates: CandidateLine[], steps: StepLine[], total: string, calls: CallLine[],
 *   notAsked: string[], effortReasons: string, budget: string,
 *   dearest: string | undefined, dearestModel: string | undefined, saved: string | undefined }} ReceiptView
 */
import { formatMoney, formatSum } from './money.js'

const TIERS = ['free', 'local model', 'cheap model', 'middle model', 'large model']
/** @type {Record<string, string>} */
const STAGES = {
  keywords: 'key phrases',
  tfidf: 'the weight of its words',
  cache: 'a question seen before',
  encoder: 'its meaning',
  model: 'a model’s reading',
  question: 'the question it answers',
  button: 'the button it presses',
}
/** @type {Record<string, string>} */
const ROUTES = { agent: 'rule-based agent', clarify: 'a question back', model: 'a model', person: 'a person' }
/** A database gives them back in its own order; what is not named here comes first. */
const STEPS = ['understand', 'answer', 'store']
/** @type {Record<string, string>} */
const PURPOSES = { classification: 'to read the message', answer: 'to answer', advanced: 'to answer better' }
/** @type {Record<string, string>} */
const BUDGET_LEVELS = {
  'quality-first': 'quality first',
  balanced: 'balanced',
  'prefer-local': 'local models first',
  'free-only': 'free answers only',
}
const MAX_EVIDENCE = 12
const MAX_CANDIDATES = 5

/**
 * @param {any} receipt as on the wire, see adapters/web/wire.ts
 * @returns {ReceiptView}
 */
export function describeReceipt(receipt) {
  const cost = wholeOf(receipt.costMicroDollars)
  const dearest = receipt.wouldHaveCostMicroDollars
  const hasDearest = Number.isSafeInteger(dearest)
  const durations = numbersOf(receipt.durationsMs)
  const route = String(receipt.route?.kind ?? receipt.route ?? '')
  return {
    intent: isKnown(receipt) ? String(receipt.intent) : 'not recognised',
    isKnown: isKnown(receipt),
    percent: toPercent(receipt.confidence),
    tier: tierName(receipt.tier),
    cost: formatMoney(cost),
    sentence: sentenceOf(receipt, route),
    because: String(receipt.because ?? '').replaceAll('_', ' '),
    stage: STAGES[receipt.stage] ?? String(receipt.stage ?? ''),
    route: route === 'agent' && receipt.agent ? `${receipt.agent} agent` : (ROUTES[route] ?? route),
    effort: receipt.effort === undefined ? '' : `${receipt.effort} of 10`,
    evidence: listOf(receipt.evidence).slice(0, MAX_EVIDENCE).map(String),
    candidates: listOf(receipt.candidates)
      .slice(0, MAX_CANDIDATES)
      .map((candidate) => ({
        intent: String(candidate?.intent ?? '?'),
        percent: toPercent(candidate?.confidence),
        label: percentLabel(candidate?.confidence),
      })),
    steps: toSteps(durations),
    total: formatDuration(durations['total'] ?? Object.values(durations).reduce((sum, ms) => sum + ms, 0)),
    calls: listOf(receipt.calls).map(toCall),
    notAsked: listOf(receipt.notAsked).map(String),
    effortReasons: listOf(receipt.effortReasons).map(String).join(', '),
    budget: BUDGET_LEVELS[receipt.budgetLevel] ?? '',
    dearest: hasDearest ? formatMoney(dearest) : undefined,
    dearestModel: typeof receipt.wouldHaveCostModel === 'string' ? receipt.wouldHaveCostModel : undefined,
    saved: hasDearest && dearest > cost ? formatMoney(dearest - cost) : undefined,
  }
}

/** The receipt in one line. @param {ReceiptView} view @returns {string[]} @example ['payments.double-charge', '97 %', 'free', '$0.00'] */
export function receiptLine(view) {
  return [view.intent, ...(view.isKnown ? [`${view.percent}\u00A0%`] : []), view.tier, view.cost]
}

/**
 * What the answers of this page cost and saved together.
 *
 * @param {readonly (object | undefined)[]} receipts
 * @returns {{ answers: number, spent: string, saved: string }}
 */
export function sumReceipts(receipts) {
  /** @typedef {Readonly<Record<string, unknown>>} Amounts */
  const found = /** @type {readonly Amounts[]} */ (receipts.filter((receipt) => receipt !== undefined))
  const sum = (/** @type {(receipt: Amounts) => number} */ amount) =>
    found.reduce((total, receipt) => total + amount(receipt), 0)
  const spent = sum((receipt) => wholeOf(receipt['costMicroDollars']))
  const saved = sum((receipt) =>
    Math.max(0, wholeOf(receipt['wouldHaveCostMicroDollars']) - wholeOf(receipt['costMicroDollars'])),
  )
  return { answers: found.length, spent: formatSum(spent, 'up'), saved: formatSum(saved, 'down') }
}

/**
 * Whole per cent; what is not quite certain is never shown as certain, nor what is possible as impossible.
 *
 * @param {unknown} confidence 0 to 1
 * @returns {number} 0 to 100
 */
export function toPercent(confidence) {
  const share = typeof confidence === 'number' && confidence > 0 ? Math.min(confidence, 1) : 0
  const rounded = Math.round(share * 100)
  if (share < 1 && rounded === 100) return 99
  return rounded
}

/** What a confidence reads as; a small one is never shown as nothing. @param {unknown} confidence @returns {string} @example percentLabel(0.004) // '< 1 %' */
export function percentLabel(confidence) {
  const isSmall = typeof confidence === 'number' && confidence > 0 && confidence < 0.01
  return isSmall ? '<\u00A01\u00A0%' : `${toPercent(confidence)}\u00A0%`
}

/** @param {number} ms @returns {string} @example formatDuration(0.42) // '0.4 ms' */
export function formatDuration(ms) {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)}\u00A0s`
  if (ms >= 10 || ms === 0) return `${Math.round(ms)}\u00A0ms`
  return ms < 0.1 ? '<\u00A00.1\u00A0ms' : `${ms.toFixed(1)}\u00A0ms`
}

/** @param {any} receipt @param {string} route @returns {string} */
function sentenceOf(receipt, route) {
  const words = listOf(receipt.evidence)
    .slice(0, 3)
    .map((word) => `“${word}”`)
  const reading = isKnown(receipt)
    ? `Read as ${receipt.intent}${words.length > 0 ? ` because of ${joinWords(words)}` : ''}`
    : 'No known question fits well'
  const calls = listOf(receipt.calls)
  const asked =
    calls.length === 0
      ? 'No model was asked.'
      : `${calls.length === 1 ? 'One model call was' : `${calls.length} model calls were`} made.`
  if (route === 'agent')
    return `${reading}, so the ${receipt.agent ?? 'matching'} agent answered by its rules. ${asked}`
  if (route === 'clarify') return `${reading}, but another reading was close, so the bot asked back. ${asked}`
  if (route === 'model' && receipt.isAdvanced === true)
    return `${reading}. Somebody asked for a better answer, so a ${tierName(receipt.tier || TIERS.length - 1)} was asked. ${asked}`
  if (route === 'model')
    return `${reading}, and rules alone do not settle it, so a ${tierName(receipt.tier)} wrote the answer. ${asked}`
  if (route === 'person') return `${reading}, so a person takes over. ${asked}`
  return `${reading}. ${asked}`
}

/** @param {Record<string, number>} durations @returns {StepLine[]} */
function toSteps(durations) {
  const steps = Object.entries(durations)
    .filter(([name]) => name !== 'total')
    .toSorted(([left], [right]) => STEPS.indexOf(left) - STEPS.indexOf(right))
  const longest = Math.max(...steps.map(([, ms]) => ms), 0.001)
  return steps.map(([name, ms]) => ({ name, duration: formatDuration(ms), share: ms / longest }))
}

/** @param {any} call @returns {CallLine} */
function toCall(call) {
  const loadMs = numberOf(call?.loadMs)
  const duration = formatDuration(numberOf(call?.durationMs))
  const wireName = String(call?.wireName ?? '')
  return {
    model: String(call?.model ?? '?'),
    provider: [call?.provider, wireName === call?.model ? '' : wireName].filter(Boolean).join(' · '),
    tier: tierName(call?.tier),
    purpose: PURPOSES[call?.purpose] ?? String(call?.purpose ?? ''),
    tokens: tokensOf(call),
    cost: formatMoney(wholeOf(call?.costMicroDollars)),
    bound: wholeOf(call?.boundMicroDollars) > 0 ? formatMoney(wholeOf(call?.boundMicroDollars)) : '',
    duration: loadMs > 0 ? `${duration}, of which a cold start took ${formatDuration(loadMs)}` : duration,
    outcome: outcomeOf(call),
    isAnswered: call?.outcome === 'answered',
  }
}

/** @param {any} call @returns {string} @example '812 in (512 cached), 143 out' */
function tokensOf(call) {
  const [cached, written] = [wholeOf(call?.cachedTokens), wholeOf(call?.cacheWriteTokens)]
  // Tokens read from the prompt cache are not among the input, and neither are those written to it.
  const aside = [...(cached > 0 ? [`${cached} cached`] : []), ...(written > 0 ? [`${written} to the cache`] : [])]
  const all = aside.length > 0 ? ` (+ ${aside.join(', ')})` : ''
  return `${wholeOf(call?.inputTokens)} in${all}, ${wholeOf(call?.outputTokens)} out`
}

/** @param {any} call @returns {string} @example 'rejected: sources, 75 % of the checks passed' */
function outcomeOf(call) {
  const why = call?.because ? `: ${call.because}` : ''
  const score =
    typeof call?.score === 'number' && call.score < 1 ? `, ${toPercent(call.score)}\u00A0% of the checks passed` : ''
  return `${String(call?.outcome ?? '')}${why}${score}`
}

/** @param {any} receipt @returns {boolean} */
function isKnown(receipt) {
  return typeof receipt.intent === 'string' && receipt.intent !== '' && receipt.intent !== 'unknown'
}

/** @param {unknown} tier @returns {string} */
function tierName(tier) {
  return TIERS[Number(tier ?? -1)] ?? 'unknown tier'
}

/** @param {string[]} words @returns {string} */
function joinWords(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** @param {unknown} value @returns {any[]} */
function listOf(value) {
  return Array.isArray(value) ? value : []
}

/** @param {unknown} value @returns {number} */
function wholeOf(value) {
  return Number.isSafeInteger(value) ? /** @type {number} */ (value) : 0
}

/** @param {unknown} value @returns {number} 0 for what is none */
function numberOf(value) {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0
}

/** @param {unknown} value @returns {Record<string, number>} */
function numbersOf(value) {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {})
  return Object.fromEntries(entries.filter(([, ms]) => typeof ms === 'number' && Number.isFinite(ms) && ms >= 0))
}
