import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { toHtml } from './escape.ts'

/** One message of a picture: what its platform was sent, drawn. */
export interface DrawnMessage {
  readonly by: 'customer' | 'bot' | 'support'
  readonly name: string
  readonly html: string
  /** A line above it, such as "Only visible to you". */
  readonly note?: string
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
  const rows = messages.map(
    ({ by, name, html, note }) => `<div class="message${note === undefined ? '' : ' only'}">
      <span class="face" style="background:${colours[by]}">${toHtml(name.slice(0, 1).toUpperCase())}</span>
      <div class="body">${note === undefined ? '' : `<div class="note">${toHtml(note)}</div>`}
        <div class="who"><b>${toHtml(name)}</b>${by === 'bot' ? '<span class="app">APP</span>' : ''}</div>${html}</div></div>`,
  )
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><main class="${look}"><header>${toHtml(title)}</header>${rows.join('')}</main>`
}

const style = `
body { margin: 0 } main { width: 680px; padding: 0 0 14px; font: 15px/1.47 Lato, "Noto Sans", "DejaVu Sans", sans-serif }
main.slack { background: #fff; color: #1d1c1d } main.discord { background: #313338; color: #dbdee1 }
header { padding: 12px 20px; font-weight: 700; border-bottom: 1px solid #e3e3e3; margin-bottom: 10px }
.discord header { border-color: #26272b; color: #f2f3f5 }
.message { display: flex; gap: 10px; padding: 8px 20px } .message.only { background: #f4f6fb } .discord .message.only { background: #2b2d42 }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; color: #fff; font-weight: 700; text-align: center; line-height: 36px }
.discord .face { border-radius: 50% } .body { min-width: 0; flex: 1 } .note { font-size: 12px; opacity: .75 }
.app { margin-left: 6px; padding: 0 4px; border-radius: 3px; font-size: 10px; background: #ddd; color: #555 } .discord .app { background: #5865f2; color: #fff }
p { margin: 0 } .gap { height: 8px } ul, ol { margin: 2px 0; padding-left: 24px } .item { padding-left: 10px } h3 { margin: 4px 0; font-size: 17px }
code { font: 13px "DejaVu Sans Mono", monospace; padding: 1px 4px; border-radius: 3px; background: #f3f3f3; color: #b3124a } .discord code { background: #2b2d31; color: #dbdee1 }
pre { margin: 4px 0; padding: 8px; border-radius: 4px; border: 1px solid #ddd; background: #f8f8f8; font: 12px/1.4 "DejaVu Sans Mono", monospace; white-space: pre-wrap } .discord pre { background: #2b2d31; border-color: #1e1f22 }
a { color: #1264a3 } .discord a { color: #00a8fc } .context, .small { font-size: 12px; opacity: .8 } .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 2px } .button { padding: 4px 12px; border: 1px solid #bbb; border-radius: 4px; font-weight: 700; font-size: 13px }
.button.primary { background: #007a5a; color: #fff; border-color: #007a5a } .button.danger { background: #e01e5a; color: #fff; border-color: #e01e5a } .button.icon { font-weight: 400; border-color: #e3e3e3 }
.discord .button { border: 0; border-radius: 4px; background: #4e5058; color: #fff; font-weight: 500; padding: 6px 14px } .discord .style-1 { background: #5865f2 } .discord .style-3 { background: #248046 } .discord .style-4 { background: #da373c }
.select { display: block; padding: 8px 12px; border-radius: 4px; background: #1e1f22 } .container { border-left: 4px solid; border-radius: 6px; padding: 10px 14px; background: #2b2d31; margin: 4px 0 }
.discord .section { display: flex; justify-content: space-between; gap: 12px } table { border-collapse: collapse; margin: 6px 0 } td { border: 1px solid #ddd; padding: 4px 10px } hr { border: 0; border-top: 1px solid #ddd; margin: 8px 0 } .discord hr { border-color: #3f4147 }
`
