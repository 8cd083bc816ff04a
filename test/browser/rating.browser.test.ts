import { mkdirSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRatedWeb, type RatedWeb } from '../adapters/web/rated-web.ts'
import { largeCall } from '../handlers/rating-talk.ts'

const pictures = new URL('../../test-results/', import.meta.url).pathname
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
const better =
  'A kettle that hums has **lime** on its element.\n\n- Fill it half with water and half with vinegar.\n- Let it boil once, wait an hour, and rinse it twice.'

let rated: RatedWeb
let browser: Browser
/** Lets the large model answer; until then it writes. */
let letAnswer: () => void

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  const executablePath = process.env['TEST_CHROMIUM'] ?? ''
  ;[rated, browser] = await Promise.all([
    startRatedWeb(
      async ({ message }, { allowance }, tell) => {
        tell(message, 'writing')
        await new Promise<void>((resolve) => {
          letAnswer = resolve
        })
        const rejected = { ...largeCall, model: 'middle', tier: 3, outcome: 'rejected', score: 0.75 } as const
        allowance.calls.push({ ...rejected, because: 'it names a guide that does not exist' }, largeCall)
        allowance.notAsked.push(
          'haiku: its circuit is open',
          'llama-70b: 4,100 micro-dollars do not fit into the request',
        )
        return { kind: 'answered', text: better, model: 'large', tier: 4 }
      },
      { answer: () => ({ kind: 'reply', text: 'From our guide “Care”: rinse your kettle once a month.', actions }) },
    ),
    chromium.launch({ executablePath, headless: true, args: flags }),
  ])
})
afterAll(async () => {
  await browser.close()
  await rated.stop()
})

const actions = [{ label: 'Talk to a person', meaning: { kind: 'person' } }] as const

let context: BrowserContext
let page: Page
let complaints: string[]
beforeEach(async () => {
  complaints = []
  context = await browser.newContext()
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(rated.url)
  await say('Why does my kettle hum?')
  await thumb('Helpful').waitFor()
})
afterEach(async () => {
  await context.close()
  expect(complaints).toEqual([])
})

const log = () => page.getByRole('log', { name: 'Conversation' })
const thumb = (name: 'Helpful' | 'Not helpful') => log().getByRole('button', { name, exact: true }).first()
const higher = () => log().getByRole('button', { name: 'Try advanced AI' }).first()

async function say(text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Your message' })
  await box.fill(text)
  await box.press('Enter')
}

async function untilPressed(name: 'Helpful' | 'Not helpful', pressed: boolean): Promise<void> {
  await log().locator(`button[aria-label="${name}"][aria-pressed="${pressed}"]`).first().waitFor()
}

test('a thumb shows that it is pressed, adds no bubble, leaves the other buttons, and is still pressed after a reload', async () => {
  await thumb('Helpful').click()
  await untilPressed('Helpful', true)
  await log().getByText('Thank you', { exact: true }).waitFor()

  expect(await log().locator('.bubble').count()).toBe(2)
  expect(await log().getByRole('button', { name: 'Talk to a person' }).getAttribute('aria-disabled')).toBe('false')

  await page.reload()
  await untilPressed('Helpful', true)
  expect(await log().locator('.bubble').count()).toBe(2)
})

test('a change of mind counts: 👎 after 👍 is the one that stays, and a person is offered', async () => {
  await thumb('Helpful').click()
  await untilPressed('Helpful', true)
  await thumb('Not helpful').click()
  await log().getByText("I'm sorry that didn't help").waitFor()

  await untilPressed('Not helpful', true)
  await untilPressed('Helpful', false)
  expect(await thumb('Helpful').getAttribute('aria-disabled')).toBe('true')
  expect(await log().getByRole('button', { name: 'Talk to a person' }).count()).toBe(2)
  await page.reload()
  await untilPressed('Not helpful', true)
})

test('"Try advanced AI" tells what is being done, then answers below, with its calls in the receipt', async () => {
  await higher().click()
  await page.getByRole('status').getByText('Writing an answer').waitFor()
  expect(await log().getByText('lime').count()).toBe(0)
  await page.screenshot({ path: `${pictures}rating-waiting.png` })

  letAnswer()
  await log().getByText('lime').waitFor()
  await log().locator('details.receipt').nth(1).locator('summary').click()

  const slip = log().locator('details.receipt').nth(1)
  await slip.getByText('large-1').first().waitFor()
  expect(await slip.innerText()).toContain(
    'rejected: it names a guide that does not exist, 75\u00A0% of the checks passed',
  )
  expect(await slip.innerText()).toContain('haiku: its circuit is open')
  expect(await slip.locator('.till-total').innerText()).toMatch(/\$0\.002468/) // twice 1,234 millionths
  expect(await log().getByRole('button', { name: 'Try advanced AI' }).count()).toBe(1)
})

const looks = [
  { name: 'wide-light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'wide-dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'phone-light', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const
test.each(looks)('with everything pressed and open nothing runs over the edge: $name', async (look) => {
  await page.emulateMedia({ colorScheme: look.colorScheme })
  await page.setViewportSize(look.viewport)
  await thumb('Not helpful').click()
  await log().getByText("I'm sorry that didn't help").waitFor()
  await page.screenshot({ path: `${pictures}rating-${look.name}-sorry.png` })
  await higher().click()
  await page.getByRole('status').getByText('Writing an answer').waitFor()
  letAnswer()
  await log().getByText('lime').waitFor()
  await thumb('Helpful').click()
  await log().locator('details.receipt').nth(1).locator('summary').click()
  await page.screenshot({ path: `${pictures}rating-${look.name}.png` })

  const width = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]')
  expect(width[0]).toBe(width[1])
})
