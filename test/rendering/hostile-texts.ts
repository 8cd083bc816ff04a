import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seeded } from '../random.ts'

/** What notifies somebody, leads somewhere or breaks out, whole and in pieces. `help.example` is the host that may be linked. */
const attacks = [
  '<!channel>',
  '<!here>',
  '<!everyone>',
  '<!channel|click>',
  '&lt;!channel&gt;',
  '<@U012AB3CD>',
  '<@W01>',
  '<#C012AB3CD|general>',
  '<!subteam^S012AB3CD>',
  '<!date^1392734382^{date}^https://evil.example/?d=1|x>',
  '@channel',
  '@everyone',
  '@here',
  '@\u200beveryone',
  '@every\u200bone',
  '\u202eenoyreve@',
  '<@1234567890>',
  '<@!1234567890>',
  '<@&1234567890>',
  '<#1234567890>',
  '</spend:1234567890>',
  '<id:customize>',
  '<t:1618953630:R>',
  '<t:1618953630>',
  '<:blob:1234567890>',
  '<a:blob:1234567890>',
  '<\u200b@1234567890>',
  '<https://evil.example/?d=SECRET|Click here>',
  '<https://evil.example>',
  '[your receipt](https://evil.example/a?d=SECRET)',
  '![x](https://evil.example/p.png)',
  '[x](<https://evil.example>)',
  '[https://bank.example](https://help.example/)',
  '[bank.example](https://help.example/login)',
  '[x](https://help.example@evil.example/)',
  '[x](https://help.example.evil.example)',
  '[x](https://help.example\\@evil.example)',
  '[x](https://HELP.EXAMPLE/ok)',
  '[x](https://help.example:8443/)',
  '[x](http://help.example/)',
  '[x](https://help.example/?q=@everyone)',
  '[x](https://help.example/discord.gg/abc)',
  '[x](https://help.example/a|b)',
  '[x](https://help.example/`code`)',
  '[x](https://help.example/**b**)',
  '[x](https://help.example/"q\')',
  '[@everyone](https://help.example/)',
  '[<@1234567890>](https://help.example/)',
  '[discord.gg/abc](https://help.example/)',
  '[x](mailto:a@help.example)',
  '[x](mailto:a@evil.example?subject=S)',
  '[x](mailto:a@evil.example)',
  '[x](mailto:a@help.example?body=SECRET)',
  '[x](javascript:alert(1))',
  '[x](data:text/html,x)',
  'https://help.example/returns',
  'https://help.example',
  'https://evil.example/?d=SECRET',
  'HTTPS://EVIL.EXAMPLE',
  'hTTps:/\\evil.example',
  'http://169.254.169.254/latest/',
  'http://[::1]/',
  '//evil.example/x',
  'evil.example',
  'evil.example/x?d=SECRET',
  'www.evil.example',
  'evil.com:443/x',
  'evil。example/x',
  'https://evil。example/x',
  'https://xn--llowed-uqf.example/',
  'https://пример.example/x',
  'ftp://evil.example',
  'slack://user?team=T1&id=U1',
  'discord://-/channels/1/2',
  'steam://run/1',
  'javascript:alert(1)',
  'mailto:a@evil.example?subject=SECRET',
  'tel:+10000000000',
  'ann@evil.example',
  'ann@evil.example/x',
  'discord.gg/abcdef',
  'https://discord.gg/abcdef',
  'discord.com/invite/abc',
  'discordapp.com/invite/abc',
  'discord.gift/abc',
  'discord.new/abc',
  '`discord.gg/abc`',
  '`@everyone`',
  '`<@1234567890>`',
  '||https://evil.example||',
  '```\n@everyone\n```',
  '```\n<@1234567890> ` `` \n```',
  '```js\nhttps://evil.example\n```',
  '&amp;',
  '&lt;',
  '%40everyone',
  '\\@everyone',
]
/** What means something to somebody's Markdown. */
const grammar = [
  '\\',
  '\\\\',
  '*',
  '**',
  '***',
  '_',
  '__',
  '~~',
  '`',
  '``',
  '```',
  '|',
  '||',
  '[',
  ']',
  '(',
  ')',
  '](',
  '](https://',
  '<',
  '>',
  '>>> ',
  '> ',
  '# ',
  '## ',
  '-# ',
  '- ',
  '* ',
  '1. ',
  '7) ',
  '\n',
  '\n\n',
  '\n- ',
  '\n1. ',
  '\n# ',
  '\n> ',
  '\n```\n',
  '\n| a | b |\n| --- | --- |\n| ',
  ' | ',
  ' |\n',
  '!',
  '![',
  ':',
  '://',
  'https',
  'http:',
  '@',
  '@everyone'.slice(0, 5),
  '#',
  '&',
  ';',
  '/',
  '.',
  '.gg/',
  '\t',
  ' ',
  '  ',
  '\r\n',
  '\u2028',
  '\u0085',
  '\u000b',
  '\u0000',
  '\u001b[2J',
  '\u200b',
  '\u200d',
  '\u202e',
  '\u2066',
  '\ufe0f',
  '\u{e0041}',
  '\ud800',
  '\udc00',
  '🙂',
  '👨‍👩‍👧',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  '1\ufe0f\u20e3',
  'e\u0301',
  '漢字',
  'שלום',
  'می‌خواهم',
  ':emoji:',
  '**bold**',
  '`code`',
  '*italic*',
  '~~gone~~',
]
const ordinary = [
  'order',
  'Order 1042',
  'is on its way.',
  'refund of $24.90',
  'Thanks,',
  'invoice.pdf',
  'v1.2.3',
  'e.g.',
  'at 10:30',
  'to',
  'the',
  'help.example',
  'end.Next',
  'a',
]

const given = process.env['TUPPENCE_TEST_DATA']
const roots =
  given === undefined || given === ''
    ? [fileURLToPath(new URL('../../../shared/data/hostile', import.meta.url))]
    : [given, join(given, 'hostile')]

/** Every text of the shared collections of hostile strings that are there, cut to what a message may hold. */
export function collectedTexts(): readonly string[] {
  const folders = roots.flatMap((root) => ['blns', 'unicode', 'injection', 'discord'].map((name) => join(root, name)))
  return folders.filter((folder) => existsSync(folder)).flatMap(textsIn)
}

function textsIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return textsIn(path)
    if (name.endsWith('.json')) return stringsOf(JSON.parse(readFileSync(path, 'utf8')))
    return name.endsWith('.txt') ? readFileSync(path, 'utf8').split('\n') : []
  })
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : []
}

/** Texts without end, the same for the same seed: attacks, marks, words, collected strings and any Unicode in any order. */
export function* hostileTexts(seed: number): Generator<string> {
  const random = seeded(seed)
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
  const collected = collectedTexts().map((text) => text.slice(0, 200))
  const anyCharacter = (): string => {
    const most = random() < 0.6 ? 0x2fff : 0x10ffff
    return String.fromCodePoint(Math.floor(random() * most))
  }
  const piece = (): string => {
    const kind = random()
    if (kind < 0.3) return pick(attacks) ?? ''
    if (kind < 0.7) return pick(grammar) ?? ''
    if (kind < 0.9) return pick(ordinary) ?? ''
    if (kind < 0.91) return pick(collected) ?? ''
    return anyCharacter()
  }
  for (let count = 1; ; count += 1) {
    let text = ''
    const pieces = 1 + Math.floor(random() * random() * 12)
    for (let index = 0; index < pieces; index += 1) text += (random() < 0.3 ? ' ' : '') + piece()
    yield count % 1000 === 0 ? text.repeat(Math.ceil(6000 / Math.max(1, text.length))) : text
  }
}
