import { mkdirSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startWebBot, type WebBot } from '../adapters/web/web-bot.ts'

const pictures = new URL('../../test-results/', import.meta.url).pathname
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Runs in the page. */
const tellOfBreaches =
  "addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"

let bot: WebBot
let browser: Browser
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  const executablePath = process.env['TEST_CHROMIUM'] ?? ''
  ;[bot, browser] = await Promise.all([startWebBot(), chromium.launch({ executablePath, headless: true, args: flags })])
})
afterAll(async () => {
  await browser.close()
  await bot.stop()
})

/** Everything a page complains about: its console, exceptions, refused requests, breaches of the content policy. */
let complaints: string[]
let context: BrowserContext
let page: Page
beforeEach(async () => {
  complaints = []
  context = await browser.newContext()
  page = await open(context)
})
afterEach(async () => {
  await context.close()
  expect(complaints).toEqual([])
})

async function open(from: BrowserContext): Promise<Page> {
  const opened = await from.newPage()
  opened.setDefaultTimeout(15_000)
  opened.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()))
  opened.on('pageerror', (error) => complaints.push(String(error)))
  opened.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    // The page itself lets a stream go once it has read "done".
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`)
  })
  opened.on('request', (request) => request.url().startsWith(bot.url) || complaints.push(`foreign: ${request.url()}`))
  await opened.addInitScript({ content: tellOfBreaches })
  await opened.goto(bot.url)
  await opened.getByRole('heading', { level: 2, name: 'What can we do for you?' }).waitFor()
  return opened
}

const log = (of: Page) => of.getByRole('log', { name: 'Conversation' })

async function say(text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Your message' })
  await box.fill(text)
  await box.press('Enter')
}

/** Waits until so many replies have their buttons or texts on the page. */
async function replies(count: number): Promise<void> {
  await log(page)
    .locator('details.receipt')
    .nth(count - 1)
    .waitFor()
}

test('a newcomer asks, reads the answer, presses a button and opens the receipt', async () => {
  await page.getByRole('button', { name: 'Where is my order?' }).click()
  await replies(1)
  await say('I was charged twice for order 1042')
  await replies(2)
  await log(page).getByText("I'll check both charges").waitFor()

  await log(page).getByRole('button', { name: 'Talk to a person' }).last().click()
  await log(page).getByText("I've passed this to a colleague").waitFor()
  await replies(3)
  const receipt = log(page).locator('details.receipt').nth(1)
  await receipt.locator('summary').click()

  await receipt.getByText('payments.double-charge', { exact: true }).first().waitFor()
  expect(await receipt.locator('.till-total').innerText()).toMatch(/This answer\s+\$0\.00/)
  expect(await receipt.innerText()).toMatch(/How sure[\s\S]*\d+\s%/)
  await page.getByText('A person has taken over').waitFor()
  await page.screenshot({ path: `${pictures}playground-receipt.png` })
})

test('a double charge is settled with the details of a sample customer, by pressing "yes" once', async () => {
  await say('I was charged twice for order 1042')
  await replies(1)
  await say('ada@example.com')
  await replies(2)
  await say('BS6 5QA')
  await replies(3)

  const yes = log(page).getByRole('button', { name: /^Yes, send/ })
  await yes.click()
  await log(page)
    .getByText(/^Done\./)
    .waitFor()
  await replies(4)

  expect(await yes.getAttribute('aria-disabled')).toBe('true')
  expect(await yes.getAttribute('aria-pressed')).toBe('true')
  await page.screenshot({ path: `${pictures}playground-settled.png` })
})

test('a reload brings the conversation back, a new conversation clears it, and another browser never sees it', async () => {
  const question = 'When are you open on a Tuesday?'
  await say(question)
  await replies(1)

  await page.reload()
  await log(page).getByText(question).waitFor()
  await replies(1)
  const elsewhere = await browser.newContext()
  const stranger = await open(elsewhere)
  const strangersText = await stranger.locator('body').innerText()
  await elsewhere.close()
  await page.getByRole('button', { name: 'New conversation' }).click()
  await page.getByRole('heading', { name: 'What can we do for you?' }).waitFor()

  expect(strangersText).not.toMatch(/Tuesday/)
  expect(await page.getByText(question).count()).toBe(0)
})

test('what a customer writes is shown as they wrote it and never becomes part of the page', async () => {
  const trap =
    '<img src=x onerror="document.title=1"><script>document.title=1</script> [bank](https://evil.example) **b** javascript:alert(1)'

  await say(trap)
  await replies(1)
  await say('My discount code does not work')
  await replies(2)
  await say(trap)
  await replies(3)

  expect(await log(page).locator('img, script, iframe, a[href*="evil"], a[href^="javascript"]').count()).toBe(0)
  expect(await log(page).getByText(trap, { exact: true }).count()).toBe(2)
  expect(await page.title()).not.toBe('1')
})

test('the keyboard alone is enough: skip link, message, button, receipt', async () => {
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.type("I can't log in")
  await page.keyboard.press('Enter')
  await replies(1)

  await log(page).getByRole('button', { name: 'No code arrives' }).focus()
  await page.keyboard.press('Enter')
  await replies(2)
  await log(page).locator('details.receipt summary').last().focus()
  await page.keyboard.press('Enter')

  expect(await log(page).locator('details.receipt[open]').count()).toBe(1)
})

describe('with receipts open', () => {
  const looks = [
    { name: 'wide-light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    { name: 'wide-dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
    { name: 'phone-light', colorScheme: 'light', viewport: { width: 360, height: 740 } },
    { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 320, height: 640 } },
  ] as const
  test.each(looks)('nothing runs over the edge: $name', async ({ name, colorScheme, viewport }) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(viewport)
    await page.reload()
    await say(`Where is my order? ${'W'.repeat(300)} https://example.com/${'path/'.repeat(40)}`)
    await replies(1)
    await say('What does Plus cost?')
    await replies(2)
    for (const summary of await log(page).locator('details.receipt summary').all()) await summary.click()

    const root = 'document.documentElement'
    const inner = await page.evaluate<number[]>('[innerWidth, innerHeight]')
    const whole = await page.evaluate<number[]>(`[${root}.scrollWidth, ${root}.scrollHeight]`)
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    await page.screenshot({ path: `${pictures}playground-${name}.png` })

    expect(whole).toEqual(inner)
    const light = (/\d+/g.exec(background) ?? ['0']).map(Number)[0] ?? 0
    expect(colorScheme === 'dark' ? light < 100 : light > 150).toBe(true)
  })
})
