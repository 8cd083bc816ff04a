import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { toHtml } from './escape.ts'

/** One message of a picture: what its platform was sent, drawn. */
export interface DrawnMessage {
  readonly by: 'customer' | 'bot' | 'support'
  readonly name: string
  readonly html: string
  /** "Only visible to you" and the like, where the platform puts it. */
  readonly note?: string
  /** What it answers: a small line above it. */
  readonly answers?: string
}

/** A picture of a place in a platform. */
export interface Scene {
  readonly name: string
  readonly look: 'slack' | 'discord'
  readonly title: string
  readonly messages: readonly DrawnMessage[]
}

const colours = { customer: '#c45d3c', bot: '#2f6f62', support: '#5b4b9a' } as const

/** Draws each scene into docs/images/NAME.png; `executablePath` is a Chromium. */
export async function drawScenes(scenes: readonly Scene[], executablePath: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  })
  try {
    for (const scene of scenes) {
      const page = await browser.newPage({ viewport: { width: 720, height: 400 }, deviceScaleFactor: 1.5 })
      await page.setContent(toPage(scene))
      const picture = await page.locator('main').screenshot()
      writeFileSync(fileURLToPath(new URL(`../../docs/images/${scene.name}.png`, import.meta.url)), picture)
      await page.close()
    }
  } finally {
    await browser.close()
  }
}

function toPage({ look, title, messages }: Scene): string {
  const rows = messages.map(({ by, name, html, note, answers }) => {
    const only = note === undefined ? '' : `<div class="note">${toHtml(note)}</div>`
    const [above, below] = look === 'slack' ? [only, ''] : ['', only]
    return `<div class="message${note === undefined ? '' : ' only'}">
      ${answers === undefined ? '' : `<div class="answers">${toHtml(answers)}</div>`}
      <span class="face" style="background:${colours[by]}">${toHtml(name.slice(0, 1).toUpperCase())}</span>
      <div class="body">${above}
        <div class="who"><b>${toHtml(name)}</b>${by === 'bot' ? '<span class="app">APP</span>' : ''}</div>${html}${below}</div></div>`
  })
  const inside = `<header>${toHtml(title)}</header>${rows.join('')}`
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><main class="${look}">${drawEmoji(inside)}</main>`
}

/** No font of this machine need have them. */
const emoji = {
  '📝': '<path d="M3 1h10v14H3z" fill="#f5f0dc"/><path d="M5 4h6M5 7h6M5 10h3" stroke="#8a8468"/><path d="m8 13 6-6 2 2-6 6-3 1z" fill="#e8a33d"/>',
  '💬': '<path d="M2 2h12v9H8l-4 4v-4H2z" fill="#d7dde6" stroke="#8794a8"/><path d="M5 5h6M5 8h4" stroke="#5b6678"/>',
  '👍': '<path d="M1 7h3v8H1zM5 7l3-6c2 0 2 2 1 5h5c2 0 1 3 0 8 0 1-1 1-2 1H5z" fill="#ffcc4d"/>',
  '👎': '<path d="M1 1h3v8H1zM5 9l3 6c2 0 2-2 1-5h5c2 0 1-3 0-8 0-1-1-1-2-1H5z" fill="#ffcc4d"/>',
  '👁': '<path d="M0 8c4-7 12-7 16 0-4 7-12 7-16 0z" fill="#b5bac1"/><circle cx="8" cy="8" r="3" fill="#313338"/>',
} as const

function drawEmoji(html: string): string {
  return Object.entries(emoji).reduce(
    (drawn, [character, paths]) => drawn.replaceAll(character, `<svg class="emoji" viewBox="0 0 16 16">${paths}</svg>`),
    html,
  )
}

const style = `
body { margin: 0 } main { width: 680px; padding: 0 0 14px; font: 15px/1.47 Lato, "Noto Sans", "DejaVu Sans", sans-serif }
main.slack { background: #fff; color: #1d1c1d } main.discord { background: #313338; color: #dbdee1; line-height: 1.375 }
header { padding: 12px 20px; font-weight: 700; border-bottom: 1px solid #e3e3e3; margin-bottom: 10px }
.discord header { border-color: #26272b; color: #f2f3f5 }
.message { display: flex; flex-wrap: wrap; gap: 10px; padding: 8px 20px } .message.only { background: #f4f6fb } .discord .message.only { background: #35374a; border-left: 3px solid #5865f2; padding-left: 17px }
.discord .note { margin-top: 6px; opacity: .8 } .answers { box-sizing: border-box; width: 100%; padding-left: 18px; margin-bottom: -5px; font-size: 13px; color: #b5bac1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.answers::before { content: ""; display: inline-block; width: 18px; height: 8px; margin: 0 8px -2px -2px; border: 2px solid #4e5058; border-width: 2px 0 0 2px; border-radius: 6px 0 0 0 }
.who b { margin-right: 2px } .discord .who b { color: #f2f3f5; font-weight: 600 } .picture { display: block; width: 100%; margin: 8px 0 2px; border-radius: 8px }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; color: #fff; font-weight: 700; text-align: center; line-height: 36px }
.discord .face { border-radius: 50% } .body { min-width: 0; flex: 1; overflow-wrap: anywhere } .note { font-size: 12px; opacity: .75 }
.app { margin-left: 6px; padding: 0 4px; border-radius: 3px; font-size: 10px; background: #ddd; color: #555 } .discord .app { background: #5865f2; color: #fff }
.emoji { width: 1.1em; height: 1.1em; vertical-align: -0.15em }
p { margin: 0 } .gap { height: 8px } ul, ol { margin: 2px 0; padding-left: 24px } .item { padding-left: 22px; text-indent: -14px } h3 { margin: 4px 0; font-size: 17px }
code { font: 13px "DejaVu Sans Mono", monospace; padding: 1px 4px; border-radius: 3px; background: #f3f3f3; color: #b3124a } .discord code { background: #2b2d31; color: #dbdee1 }
pre { margin: 4px 0; padding: 8px; border-radius: 4px; border: 1px solid #ddd; background: #f8f8f8; font: 12px/1.4 "DejaVu Sans Mono", monospace; white-space: pre-wrap } .discord pre { background: #2b2d31; border-color: #1e1f22 }
a { color: #1264a3 } .discord a { color: #00a8fc } .context, .small { font-size: 12px; opacity: .8 } .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 2px } .button { padding: 4px 12px; border: 1px solid #bbb; border-radius: 4px; font-weight: 700; font-size: 13px }
.button.primary { background: #007a5a; color: #fff; border-color: #007a5a } .button.danger { background: #e01e5a; color: #fff; border-color: #e01e5a } .button.icon { font-weight: 400; border-color: #e3e3e3 }
.discord .button { border: 0; border-radius: 8px; background: #4e5058; color: #fff; font-weight: 500; font-size: 14px; padding: 6px 16px } .discord .style-1 { background: #5865f2 } .discord .style-3 { background: #248046 } .discord .style-4 { background: #da373c }
.select { display: block; padding: 8px 12px; border-radius: 4px; background: #1e1f22 } .container { border: 1px solid #3f4147; border-left: 4px solid; border-radius: 8px; padding: 12px 16px; background: #2b2d31; margin: 6px 0 }
.discord .section { display: flex; justify-content: space-between; gap: 12px } table { border-collapse: collapse; margin: 6px 0 } td { border: 1px solid #ddd; padding: 4px 10px } hr { border: 0; border-top: 1px solid #ddd; margin: 8px 0 } .discord hr { border-color: #3f4147 }
`
