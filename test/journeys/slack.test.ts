import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { buttonOf, openSlackWorkspace, slackModes, staffChannel, written, type Workspace } from './slack-workspace.ts'

const dm = { channel: 'D0CUSTOMER' }
const help = { channel: 'C0HELP' }

describe.each(slackModes)('Slack over %s', (mode) => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openSlackWorkspace(mode)
  })
  afterAll(() => workspace.close())

  test('a customer is answered in place: slots in the thread, and a person one tap away', async () => {
    const { slack, untilShown, shown } = workspace
    const customer = slack.person('U0CUSTOMER')

    const mention = customer.says('<@U0BOT> what are your opening hours?', help)
    const [hours] = await untilShown(1, 'C0HELP', mention.thread_ts)
    const asked = customer.says('I was charged twice for order 1042', dm)
    const [question] = await untilShown(1, 'D0CUSTOMER', asked.thread_ts)
    customer.says('ada@example.com', { ...dm, thread_ts: asked.thread_ts })
    const [, second] = await untilShown(2, 'D0CUSTOMER', asked.thread_ts)
    customer.says('BS6 5QA', { ...dm, thread_ts: asked.thread_ts })
    const [, , third] = await untilShown(3, 'D0CUSTOMER', asked.thread_ts)

    expect(hours).toContain('Monday to Friday')
    expect(question).toContain('1042')
    expect(second).toMatch(/postcode/i)
    expect(third).toMatch(/24\.90|refund/)
    expect(buttonOf(shown('D0CUSTOMER', asked.thread_ts)[0], /person/i)).toBeTruthy()
  })

  test('"Try advanced AI" is offered to the team with its bound, works after a restart, and counts once', async () => {
    const { slack, large, untilShown, shown, restart } = workspace
    const [customer, support] = [slack.person('U0CUSTOMER'), slack.person('U0SUPPORT')]
    const asked = customer.says('What is your return policy?', dm)
    await untilShown(1, 'D0CUSTOMER', asked.thread_ts)
    const isCard = ({ text }: { text: string }): boolean => text.includes('your return policy')
    await until(() => shown(staffChannel).some(isCard), 'its card')
    const card = shown(staffChannel).find(isCard)
    const pressed = buttonOf(card, /Try advanced AI.*\$0\.05/)

    await restart()
    for (let press = 0; press < 2; press += 1) support.presses(pressed, { channel: staffChannel, ts: card?.ts ?? '' })
    await until(
      () => JSON.stringify(shown('D0CUSTOMER', asked.thread_ts)).includes('within 30 days'),
      'the better answer',
    )
    await until(() => slack.handed.every(({ isAcknowledged }) => isAcknowledged), 'every "got it"')

    expect(shown('D0CUSTOMER', asked.thread_ts).filter(({ text }) => text.includes(written))).toHaveLength(1)
    expect(large.requests).toHaveLength(1)
    expect(() => buttonOf(shown('D0CUSTOMER', asked.thread_ts)[0], /advanced/)).toThrow('no button')
  })

  test('/spend answers an admin alone, refuses a demoted one, and changes the limit when that is confirmed', async () => {
    const { slack } = workspace
    const before = slack.posts.length
    const said = async (user: string, text: string): Promise<string> => {
      const handed = slack.person(user).runs('/spend', text, help)
      await handed.done
      return JSON.stringify(handed.answer)
    }

    const today = await said('U0ADMIN', '')
    const demoted = await said('U0DEMOTED', '')
    const stranger = await said('U0CUSTOMER', '')
    const wrong = await said('U0ADMIN', 'limit lots')
    const question = await said('U0ADMIN', 'limit 50')

    expect(today).toContain('$100')
    expect(today).toContain('ephemeral')
    expect(demoted).not.toContain('$100')
    expect(stranger).not.toContain('$100')
    expect(wrong).toContain('lots')
    expect(question).toContain('$50')
    expect(slack.posts).toHaveLength(before)
  })

  test('a conversation is handed over, claimed, answered from the card, noted, resolved, and the bot is back', async () => {
    const { slack, untilShown, shown } = workspace
    const [customer, support] = [slack.person('U0CUSTOMER'), slack.person('U0SUPPORT')]
    const asked = customer.says('I want to talk to a person', dm)
    const thread = asked.thread_ts
    await untilShown(1, 'D0CUSTOMER', thread)
    await until(() => shown(staffChannel).some(({ text }) => text.includes('T-1')), 'a card')
    const card = shown(staffChannel).find(({ text }) => text.includes('T-1'))
    const onCard = { channel: staffChannel, ts: card?.ts ?? '' }
    const inCard = { channel: staffChannel, thread_ts: card?.ts ?? '' }

    support.presses(buttonOf(card, /claim/i), onCard)
    await untilShown(2, 'D0CUSTOMER', thread)
    support.says('note: seems upset', inCard)
    support.says('Hello, how can I help?', inCard)
    const texts = await untilShown(3, 'D0CUSTOMER', thread)
    customer.says('my parcel is lost', { ...dm, thread_ts: thread })
    await until(
      () => JSON.stringify(shown(staffChannel, card?.ts)).includes('my parcel is lost'),
      'the message in the thread',
    )
    support.presses(
      buttonOf(
        shown(staffChannel).find(({ ts }) => ts === card?.ts),
        /resolve/i,
      ),
      onCard,
    )
    await untilShown(4, 'D0CUSTOMER', thread)
    customer.says('what are your opening hours?', { ...dm, thread_ts: thread })
    const all = await untilShown(5, 'D0CUSTOMER', thread)

    expect(texts[2]).toContain('Hello, how can I help?')
    expect(all.join('\n')).not.toContain('upset')
    expect(all[4]).toContain('Monday to Friday')
  })
})
