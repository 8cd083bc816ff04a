import { describe, expect, test } from 'vitest'
import { defang, defangEverything, permitted, readReply } from '../../../src/core/links.ts'
import { linesOf } from '../../../src/core/markup.ts'

const linkHosts = new Set(['help.example', 'shop.example:8443'])
const bot = { linkHosts, isPerson: false }
const person = { linkHosts, isPerson: true }

/** The spans of a reply: words as they are, links as `label → url`. */
function read(text: string, from?: string, audience: 'customer' | 'staff' = 'customer'): string[] {
  return readReply({ text, audience, ...(from === undefined ? {} : { from }) }, linkHosts).flatMap((block) =>
    linesOf(block)
      .flat()
      .map((span) => (span.kind === 'link' ? `${span.text} → ${span.url}` : span.text)),
  )
}

describe('what may be followed', () => {
  test.each([
    'https://help.example',
    'https://help.example/returns?a=1&b=2#c',
    'HTTPS://HELP.EXAMPLE/x',
    'https://shop.example:8443/',
    'mailto:ann@help.example',
  ])('%s', (url) => {
    expect(permitted(url, bot)).toBe(url)
  })

  test.each([
    'http://help.example/',
    'https://evil.example/',
    'https://help.example.evil.example/',
    'https://x.help.example/',
    'https://help.example:8443/',
    'https://help.example@evil.example/',
    'https://ann:key@help.example/',
    'https://help.example\\@evil.example/',
    'https://help.example./',
    'https://help%2Eexample/',
    'https:help.example',
    'https:///help.example',
    '//help.example',
    'javascript:alert(1)',
    'mailto:ann@evil.example',
    'mailto:ann@help.example?subject=SECRET',
    'mailto:ann@evil.example,ann@help.example',
    'ftp://help.example/',
    `https://help.example/${'x'.repeat(1000)}`,
    '',
  ])('not %s', (url) => {
    expect(permitted(url, bot)).toBeUndefined()
  })

  test.each([
    ['http://anywhere.example/x', 'http://anywhere.example/x'],
    ['https://пример.example/ü', 'https://xn--e1afmkfd.example/%C3%BC'],
    ['https://x.example/(a)?q=@everyone|`*', 'https://x.example/%28a%29?q=%40everyone%7C%60%2A'],
  ])('by a person: %s', (url, followed) => {
    expect(permitted(url, person)).toBe(followed)
  })

  test.each(['https://ann@x.example', 'https://[::1]/', 'https://x.examplev1.2.3/', 'file:///etc/passwd', 'data:,x'])(
    'not even by a person: %s',
    (url) => {
      expect(permitted(url, person)).toBeUndefined()
    },
  )
})

describe('a reply', () => {
  test.each([
    ['See [our help](https://help.example/x).', ['See ', 'our help → https://help.example/x', '.']],
    ['[receipt](https://evil.example/a.b?d=SECRET)', ['receipt (hxxps://evil[.]example/a[.]b?d=SECRET)']],
    ['[https://evil.example](https://evil.example)', ['hxxps://evil[.]example']],
    ['see https://help.example/x, please', ['see ', 'https://help.example/x → https://help.example/x', ', please']],
    ['**see https://help.example/x**', ['see ', 'https://help.example/x → https://help.example/x']],
    ['**see https://evil.example**', ['see hxxps://evil[.]example']],
    ['`curl https://evil.example`', ['curl https://evil.example']],
    ['# https://evil.example', ['hxxps://evil[.]example']],
    ['- https://evil.example', ['hxxps://evil[.]example']],
    ['| a |\n| https://evil.example |', ['a', 'hxxps://evil[.]example']],
    ['[write](mailto:ann@help.example)', ['write → mailto:ann@help.example']],
    ['[write](mailto:ann@evil.example?body=SECRET)', ['write (ann@evil.example)']],
    ['ht\u200Btps://evil.example/\u202Egpj.exe', ['hxxps://evil[.]example/gpj[.]exe']],
  ])('%s', (text, spans) => {
    expect(read(text)).toEqual(spans)
  })

  test.each([
    ['https://bank.example', 'hxxps://bank[.]example (help.example)'],
    ['bank.com login', 'bank[.]com login (help.example)'],
    ['ｂａｎｋ．ｃｏｍ', 'ｂａｎｋ．ｃｏｍ (help.example)'],
    ['bank。com', 'bank[.]com (help.example)'],
    ['ceo@bank.com', 'ceo@bank.com (help.example)'],
    ['https://help.example@bank.com', 'hxxps://help[.]example@bank[.]com (help.example)'],
    ['help.example', 'help.example'],
    ['https://help.example/other', 'https://help.example/other'],
    ['Download invoice.pdf', 'Download invoice.pdf'],
  ])('a label that names another place shows where it leads: %s', (label, shown) => {
    expect(read(`[${label}](https://help.example/x)`)).toEqual([`${shown} → https://help.example/x`])
  })

  test('a label as long as a page stands beside its link', () => {
    const label = 'word '.repeat(100).trim()

    expect(read(`[${label}](https://help.example/x)`)).toEqual([`${label} `, 'help.example → https://help.example/x'])
  })

  test('a person of the team links to any place, by its true name', () => {
    expect(read('https://пример.example and [this](http://x.example/y)', 'slack:T1:U1')).toEqual([
      'https://xn--e1afmkfd.example/ → https://xn--e1afmkfd.example/',
      ' and ',
      'this → http://x.example/y',
    ])
  })
})

test.each([
  ['evil.example/x and evil.com:443/x', 'evil[.]example/x and evil[.]com:443/x'],
  ['www.evil.example', 'www[.]evil[.]example'],
  ['//evil.example/x', '//evil[.]example/x'],
  ['hTTps:/\\evil.example', 'hxxps:/\\evil[.]example'],
  ['https://a.example/?u=https://b.example', 'hxxps://a[.]example/?u=hxxps://b[.]example'],
  ['slack://user?id=U1 javascript:alert(1) tel:+100', 'slack[:]//user?id=U1 javascript[:]alert(1) tel[:]+100'],
  ['mailto:ann@evil.example', 'mailto[:]ann@evil.example'],
  ['discord.gg/abc', 'discord[.]gg/abc'],
  ['help.example/x', 'help.example/x'],
  ['help.example:1/https://evil.example', 'help[.]example:1/hxxps://evil[.]example'],
  ['你好。谢谢 evil。example/x', '你好。谢谢 evil[.]example/x'],
])('%s is no address any more', (text, shown) => {
  expect(defang(text, bot)).toBe(shown)
})

test.each([
  'Order 1042 is here. Thanks.It came at 10:30, see invoice.pdf or v1.2.3, e.g. 10.0.0.1/24',
  'ann.lee@example.com',
  'да.нет',
  'C:\\Users\\ann and/or',
  ':tada: 3:4',
])('ordinary words stay: %s', (text) => {
  expect(defang(text, bot)).toBe(text)
})

test.each([
  ['Thanks.It is invoice.pdf', 'Thanks[.]It is invoice[.]pdf'],
  ['ann.lee@example.com', 'ann.lee@example.com'],
  ['see help.example and https://help.example/a.html', 'see help.example and https://help.example/a.html'],
  ['v1.2.3 at 10.30 e.g. this', 'v1.2.3 at 10.30 e.g. this'],
])('where a client searches by itself: %s', (text, shown) => {
  expect(defangEverything(text, bot)).toBe(shown)
})

test.each(['a.', 'https://', 'a@', 'x:', 'a.b@', '..', 'www.', 'a-', '。a', 'a.a:/', '[x](https://'])(
  '40,000 characters of “%s” are read to their end',
  (part) => {
    const text = part.repeat(Math.ceil(40_000 / part.length))

    expect(defangEverything(text, bot).length).toBeGreaterThanOrEqual(text.length)
    expect(read(text).join('').length).toBeGreaterThan(0)
  },
)

describe('where a message of Slack or Discord is', () => {
  test.each([
    'https://discord.com/channels/500/600/700',
    'https://discord.com/channels/500/600',
    'https://slack.com/app_redirect?team=T1&channel=C7&message_ts=17.5',
    'https://slack.com/app_redirect?team=T1&channel=C7&message_ts=',
  ])('%s may be followed by the team and by nobody else', (url) => {
    expect(read(`[open](${url})`, undefined, 'staff')).toEqual([`open → ${url}`])
    expect(read(`[open](${url})`).join('')).toMatch(/^open \(hxxps:\/\//)
  })

  test.each([
    'https://discord.com/invite/abc',
    'https://discord.com/oauth2/authorize?client_id=1',
    'https://discord.com/channels/500/600/../../../invite/abc',
    'https://discord.com/channels/@me/600',
    'https://discord.com.evil.example/channels/500/600',
    'https://discord.com@evil.example/channels/500/600',
    'http://discord.com/channels/500/600',
    'https://slack.com/oauth/v2/authorize?client_id=1',
    'https://slack.com/app_redirect?app=A1&team=T1',
    'https://slack.com/app_redirect?team=T1&channel=C7&redirect=evil',
  ])('%s stays broken for the team, too', (url) => {
    expect(read(`[open](${url})`, undefined, 'staff').join('')).toMatch(/^open \(hxxps?:\/\//)
  })
})
