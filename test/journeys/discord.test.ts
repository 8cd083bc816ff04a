import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DiscordPost, exampleGuild } from '../servers/discord.ts'
import { until } from '../until.ts'
import {
  admin,
  admins,
  bot,
  buttonOf,
  discordModes,
  type DiscordWorkspace,
  help,
  openDiscordWorkspace,
  otherAdmin,
  present,
  staffChannel,
  support,
  whisperedTo,
  wordsOf,
  written,
} from './discord-workspace.ts'

const [ada, bob, dan] = ['700000000000000001', '700000000000000002', '700000000000000004']
const names = new Map([
  [ada, 'Ada'],
  [bob, 'Bob'],
  [dan, 'Dan'],
  [support, 'Sam'],
])

describe.each(discordModes)('Discord over %s', (mode) => {
  let workspace: DiscordWorkspace
  beforeAll(async () => {
    workspace = await openDiscordWorkspace({ mode, names })
  })
  afterAll(() => workspace.close())

  test('a customer is answered in place: slots in the direct message, and a person one tap away', async () => {
    const { discord, untilShown, shown, privately } = workspace
    const { people } = discord
    const channel = privately(ada)

    const mention = people.say(`${bot} what are your opening hours?`, { user: ada })
    const [hours] = await untilShown(1, help)
    people.say('I was charged twice for order 1042', { user: ada, channel })
    const [question] = await untilShown(1, channel)
    people.say('ada@example.com', { user: ada, channel })
    const [, second] = await untilShown(2, channel)
    people.say('BS6 5QA', { user: ada, channel })
    const [, , third] = await untilShown(3, channel)

    expect(hours).toContain('Monday to Friday')
    expect(shown(help)[0]?.body['message_reference']).toMatchObject({ message_id: mention })
    expect(question).toContain('1042')
    expect(second).toMatch(/postcode/i)
    expect(third).toMatch(/24\.90|refund/)
    expect(buttonOf(shown(channel)[0], /person/i)).toBeTruthy()
  })

  test('/ask is answered where Discord shows that the bot thinks, and what is unclear by whoever asked', async () => {
    const { discord, answered, untilSaid, shown } = workspace
    const { people } = discord
    const before = shown(help).length
    const ask = (question: string) => answered(people.type('ask', { question }, { user: bob }))

    const clear = await ask('what are your opening hours?')
    const card = JSON.stringify(await untilSaid('Bob', staffChannel))
    const unclear = await ask('I want to cancel')
    const meant = buttonOf(unclear.original, /Cancel an order/)
    const asked = present(unclear.original, 'question').id
    const stranger = await answered(people.press(meant, asked, { user: ada }))
    await answered(people.press(meant, asked, { user: bob }))
    await untilSaid('direct message', help)

    expect(clear.answer).toMatchObject({ type: 5 })
    expect(shownBy(clear.original)).toContain('Monday to Friday')
    expect(card).toContain(`"Open the conversation","url":"https://discord.com/channels/${exampleGuild}/${help}"`)
    expect(shownBy(unclear.original)).toMatch(/“Cancel an order” or “Cancel my subscription”/)
    expect(whisperedTo(stranger)).toContain("somebody else's conversation")
    expect(shown(help)).toHaveLength(before + 3)
  })

  test('"Try advanced AI" is offered to the team with its bound, works after a restart, and counts once', async () => {
    const { discord, large, untilSaid, shown, restart, answered, privately } = workspace
    const { people } = discord
    const channel = privately(bob)
    const asked = people.say('What is your return policy?', { user: bob, channel })
    const card = await untilSaid('your return policy', staffChannel)
    const button = buttonOf(card, /Try advanced AI.*\$0\.05/)
    const press = () => answered(people.press(button, card.id, { user: support }))

    await restart()
    const refused = await answered(people.choose('Try advanced AI', asked, { user: bob }))
    await Promise.all([press(), press()])
    await untilSaid(written, channel)
    const again = await press()

    expect(whisperedTo(refused)).toContain('This is for the support team')
    expect(shown(channel).filter((post) => wordsOf(post).includes(written))).toHaveLength(1)
    expect(large.requests).toHaveLength(1)
    expect(whisperedTo(again)).toContain('Sam asked a larger model')
    expect(() => buttonOf(shown(channel)[0], /advanced/)).toThrow('no button')
  })

  test('/spend answers an admin alone with its picture, refuses others, and changes the limit once', async () => {
    const { discord, answered } = workspace
    const { people } = discord
    const before = discord.posts.length
    const spend = (what: string, user: string = admin) => answered(people.type('spend', { what }, { user }))
    const said = async (what: string, user?: string): Promise<string> => whisperedTo(await spend(what, user))
    const pressIn = async (question: DiscordPost | undefined, label: RegExp, user: string = admin) =>
      whisperedTo(await answered(people.press(buttonOf(question, label), question?.id ?? '', { user })))

    const { original: today } = await spend('')
    const [demoted, stranger] = [await said('', admins[2]), await said('', ada)]
    const wrong = await said('limit lots')
    const { original: question } = await spend('limit 50')
    const foreign = await pressIn(question, /\$50/, otherAdmin)
    const yes = buttonOf(question, /\$50/)
    for (let press = 0; press < 2; press += 1) await answered(people.press(yes, question?.id ?? '', { user: admin }))
    const [after, audit] = [await said(''), await said('audit')]
    const { original: switching } = await spend('mode on')
    const switched = await pressIn(switching, /Free answers only/)

    expect(wordsOf(present(today, 'answer'))).toContain("of today's $100.00 is used")
    expect(today).toMatchObject({ onlyFor: admin, files: [{ name: 'picture.png' }] })
    expect(
      Buffer.from(today?.files[0]?.bytes ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    expect([demoted, stranger].join('\n')).not.toMatch(/\$\d/)
    expect(wrong).toMatch(/“lots”[\s\S]*`\/spend limit 50`/)
    expect(foreign).toContain('Somebody else was asked')
    expect(wordsOf(present(question, 'question'))).toMatch(/done already[\s\S]*\$50\.00/)
    expect(after).toContain("of today's $50.00 is used")
    expect(audit.match(/to \$50\.00/g)).toHaveLength(1)
    expect(switched).toContain('Until midnight (UTC) only free and local answers')
    expect(discord.posts).toHaveLength(before)
  })

  test('whoever is demoted between the question and the confirmation changes nothing', async () => {
    const { discord, answered } = workspace
    const { people, world } = discord
    const members = present(world.guilds.get(exampleGuild), 'server').members
    const roles = present(members.get(otherAdmin), 'member')
    const { original } = await answered(people.type('spend', { what: 'limit 70' }, { user: otherAdmin }))
    const question = present(original, 'question')

    members.set(otherAdmin, [])
    const refused = await answered(people.press(buttonOf(question, /\$70/), question.id, { user: otherAdmin }))
    members.set(otherAdmin, roles)
    const after = await answered(people.type('spend', {}, { user: otherAdmin }))

    expect(whisperedTo(refused)).toContain('Discord does not have you as an admin')
    expect(whisperedTo(after)).toContain("of today's")
    expect(whisperedTo(after)).not.toContain('$70.00')
  })

  test('a conversation is handed over, claimed, answered by form and thread, noted, resolved, and the bot is back', async () => {
    const { discord, untilShown, untilSaid, shown, privately, answered } = workspace
    const { people } = discord
    const channel = privately(dan)
    const thread = (): string => card().id
    const card = (): DiscordPost =>
      present(
        shown(staffChannel).find((post) => wordsOf(post).includes('ticket') && wordsOf(post).includes('Dan')),
        'card',
      )
    const press = (label: RegExp) => answered(people.press(buttonOf(card(), label), card().id, { user: support }))
    const fill = async (label: RegExp, text: string) => answered(people.submit(await press(label), { text }))

    people.say('I want to talk to a person', { user: dan, channel })
    await untilSaid('Dan', staffChannel)
    await press(/claim/i)
    await untilShown(2, channel)
    await fill(/reply/i, 'Hello, how can I help?')
    await untilShown(3, channel)
    await fill(/note/i, 'seems upset')
    await untilSaid('seems upset', thread())
    people.say('note: has called twice', { user: support, channel: thread() })
    people.say('Which parcel is it?', { user: support, channel: thread() })
    await untilShown(4, channel)
    people.say('my parcel is lost', { user: dan, channel })
    await untilSaid('my parcel is lost', thread())
    await press(/resolve/i)
    await untilShown(5, channel)
    people.say('what are your opening hours?', { user: dan, channel })
    const all = await untilShown(6, channel)

    expect(all.filter((text) => text.includes('how can I help?'))).toEqual(['**Sam**\n\nHello, how can I help?'])
    expect(all[3]).toBe('**Sam**\n\nWhich parcel is it?')
    expect(all.join('\n')).not.toMatch(/upset|twice/)
    expect(all[5]).toContain('Monday to Friday')
    expect(wordsOf(card())).toMatch(/Resolved.* by Sam/)
    expect(() => buttonOf(card(), /./)).toThrow('no button')
  })
})

describe('Discord with a forum for the team, where messages that name nobody stay unread', () => {
  let workspace: DiscordWorkspace
  beforeAll(async () => {
    workspace = await openDiscordWorkspace({ mode: 'gateway', names, isForum: true, messageContent: false })
  })
  afterAll(() => workspace.close())

  test('each hand-over is a post of its own with a tag of its state, and is answered by forms', async () => {
    const { discord, untilShown, untilSaid, shown, privately, answered } = workspace
    const { people, world } = discord
    const channel = privately(dan)
    const posts = () => [...world.channels.values()].filter(({ parent }) => parent === staffChannel)
    const nameOf = (tag: string) => world.channels.get(staffChannel)?.tags.find(({ id }) => id === tag)?.name
    const tags = () => posts().map(({ applied }) => applied.map(nameOf))

    people.say('I was charged twice for order 1042', { user: dan, channel })
    await untilShown(1, channel)
    const [question] = shown(channel)
    await answered(people.press(buttonOf(question, /Talk to a person/), question?.id ?? '', { user: dan }))
    await until(() => posts().some(({ name }) => name === 'T-1 Dan on Discord'), 'a post in the forum')
    const post = present(posts().at(-1), 'post').id
    const card = (): DiscordPost => present(shown(post)[0], 'card')
    const press = (label: RegExp) => answered(people.press(buttonOf(card(), label), card().id, { user: support }))
    const waiting = tags()
    await press(/claim/i)
    await untilShown(3, channel)
    await answered(people.submit(await press(/reply/i), { text: 'Hello, how can I help?' }))
    const [, , , relayed] = await untilShown(4, channel)
    people.say('my parcel is lost', { user: dan, channel })
    await untilSaid('my parcel is lost', post)
    const claimed = tags()
    await press(/resolve/i)
    await untilShown(5, channel)
    await until(() => tags().at(-1)?.join() === 'Resolved', 'the tag of a post that is resolved')
    people.say('what are your opening hours?', { user: dan, channel })
    await untilShown(6, channel)
    await until(() => tags().join(' ') === ' Resolved', 'no state on the post of what the bot answers again')

    expect(waiting.at(-1)).toEqual(['Waiting'])
    expect(wordsOf(card())).toMatch(/Resolved.* by Sam/)
    expect(relayed).toBe('**Sam**\n\nHello, how can I help?')
    expect(claimed.at(-1)).toEqual(['Claimed'])
  })
})

/** What everybody reads of an answer to something somebody did; empty when only they do. */
function shownBy(post: DiscordPost | undefined): string {
  return post === undefined || post.onlyFor !== undefined ? '' : wordsOf(post)
}
