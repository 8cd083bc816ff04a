/** The whole page: header, conversation, composer, sample customers. */
import { Composer } from './composer-view.js'
import { Coin, DownIcon, MoonIcon, NewIcon, PeopleIcon, SunIcon } from './icons.js'
import { SamplePeople } from './people-view.js'
import { sumReceipts } from './receipt.js'
import { retryDelayMs } from './retry.js'
import { pressesOf } from './session.js'
import { isDarkNow, isTouch, switchTheme, useMedia, useStickToEnd } from './surroundings.js'
import { statusOf, Transcript, Welcome } from './transcript-view.js'
import { turnsOf } from './turns.js'
import { toPlayground } from './wire.js'
import { html, useEffect, useMemo, useRef, useState } from './preact.js'

const PERSON_TEXT = 'I would like to talk to a person.'

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {ReturnType<typeof import('./client.js').createClient>} Client
 * @typedef {import('./wire.js').Playground} Playground
 * @typedef {import('./session.js').Session} Session
 */

/** @param {{ client: Client, conversation: Conversation }} properties */
export function Page({ client, conversation }) {
  const session = useSession(conversation)
  const playground = usePlayground(client)
  const [announcement, announce] = useState('')
  const [isPeopleOpen, setPeopleOpen] = useState(false)
  const draft = useDraft(announce)
  const isWide = useMedia('(min-width: 60rem)')
  const { people } = playground
  const isEmpty = session.entries.length === 0 && !session.isRestoring

  const startAgain = () => {
    conversation.startAgain()
    draft.box.current?.focus()
  }
  const insert = (/** @type {string} */ words) => {
    setPeopleOpen(false)
    draft.insert(words)
  }
  const openPeople = people.length > 0 && !isWide ? () => setPeopleOpen(true) : undefined
  const closePeople = () => setPeopleOpen(false)
  return html`
    <a class="skip" href="#message">Skip to the message box</a>
    <div class=${isEmpty ? 'page' : 'page is-talking'}>
      <${Masthead} playground=${playground} canRestart=${!isEmpty} onNew=${startAgain} onPeople=${openPeople} />
      <${Chat}
        conversation=${conversation}
        session=${session}
        playground=${playground}
        draft=${draft}
        isEmpty=${isEmpty}
      />
      <${SamplePeople}
        people=${people}
        isWide=${isWide}
        isOpen=${isPeopleOpen}
        onClose=${closePeople}
        onInsert=${insert}
      />
    </div>
    <p class="visually-hidden" role="status">${statusOf(session.entries) || announcement}</p>
  `
}

/** @param {{ playground: Playground, canRestart: boolean, onNew: () => void, onPeople?: () => void }} properties */
function Masthead({ playground, canRestart, onNew, onPeople }) {
  const [isDark, setDark] = useState(isDarkNow())
  const promise = playground.receipts
    ? 'Answers most questions for free. Every answer shows why, and what it cost.'
    : 'Answers most questions at once. A person is one click away.'
  return html`
    <header class="masthead">
      <${Coin} />
      <h1 dir="auto">${playground.company.name}</h1>
      <p>${promise}</p>
      <nav class="masthead-tools" aria-label="This page">
        ${onPeople && html`<button type="button" class="tool" title="Sample customers" aria-haspopup="dialog" onClick=${onPeople}><${PeopleIcon} /><span>Sample customers</span></button>`}
        <button type="button" class="tool" title="New conversation" onClick=${onNew} disabled=${!canRestart}>
          <${NewIcon} /><span>New conversation</span>
        </button>
        <button
          type="button"
          class="tool is-small"
          title="Light or dark"
          aria-label=${isDark ? 'Use the light theme' : 'Use the dark theme'}
          onClick=${() => setDark(switchTheme())}
        >
          ${isDark ? html`<${SunIcon} />` : html`<${MoonIcon} />`}
        </button>
      </nav>
    </header>
  `
}

/** @param {{ conversation: Conversation, session: Session, playground: Playground, draft: Draft, isEmpty: boolean }} properties */
function Chat({ conversation, session, playground, draft, isEmpty }) {
  const [isSuggesting, setSuggesting] = useState(false)
  const { scroller, isAway, toEnd } = useStickToEnd([session], session.entries.length > 0)
  const presses = useMemo(() => pressesOf(session), [session])
  const sums = useMemo(() => (playground.receipts ? sumsOf(session) : ''), [session, playground])
  const turnDoings = useTurnDoings(conversation, draft)
  const write = (/** @type {string} */ words) => {
    toEnd()
    setSuggesting(false)
    conversation.write(words)
    if (!isTouch()) draft.box.current?.focus()
  }
  const composerDoings = {
    onText: draft.setText,
    onSend: () => {
      write(draft.text.trim())
      draft.setText('')
    },
    onRecall: () => draft.setText(turnsOf(session).findLast((turn) => !turn.press)?.text ?? ''),
    onPerson: () => write(PERSON_TEXT),
    onSuggestions: () => setSuggesting(!isSuggesting),
  }
  const suggestions = html`<${Suggestions} texts=${playground.suggestions} onPick=${write} />`
  return html`
    <main class="chat">
      <div class="scroller" ref=${scroller}>
        <div class="column">
          ${session.isRestoring && html`<p class="restoring">Fetching your conversation…</p>`}
          ${isEmpty && html`<${Welcome} playground=${playground}>${suggestions}<//>`}
          ${!isEmpty && html`<h2 class="visually-hidden">Conversation</h2>`}
          <${Transcript} session=${session} presses=${presses} sums=${sums} doings=${turnDoings} />
        </div>
      </div>
      <div class="dock">
        ${isAway && html`<button type="button" class="jump round" title="To the latest message" aria-label="To the latest message" onClick=${toEnd}><${DownIcon} /></button>`}
        ${!isEmpty && isSuggesting && suggestions}
        <${Composer}
          text=${draft.text}
          box=${draft.box}
          sums=${sums}
          isWithPerson=${session.state === 'person'}
          isSuggesting=${isSuggesting}
          hasSuggestions=${playground.suggestions.length > 0 && !isEmpty}
          doings=${composerDoings}
        />
      </div>
    </main>
  `
}

/** @param {{ texts: string[], onPick: (text: string) => void }} properties */
function Suggestions({ texts, onPick }) {
  return html`
    <div id="suggestions" class="suggestions" role="group" aria-label="Suggestions">
      ${texts.map((text) => html`<button type="button" class="chip" dir="auto" onClick=${() => onPick(text)}>${text}</button>`)}
    </div>
  `
}

/** @param {Conversation} conversation @returns {Session} */
function useSession(conversation) {
  const [session, setSession] = useState(conversation.session)
  useEffect(() => {
    setSession(conversation.session) // it may have moved before the first drawing
    return conversation.listen(setSession)
  }, [conversation])
  return session
}

/** What the server tells of itself; asked again until it answers. @param {Client} client @returns {Playground} */
function usePlayground(client) {
  const [playground, setPlayground] = useState(toPlayground({}))
  useEffect(() => {
    const life = new AbortController()
    const ask = async (/** @type {number} */ attempt) => {
      const found = await client.introduce(life.signal)
      if (life.signal.aborted) return
      if (found.kind === 'found') setPlayground(found.value)
      else
        setTimeout(
          () => ask(attempt + 1).catch(reportError),
          retryDelayMs(attempt, Math.random(), found.fault.retryAfterMs),
        )
    }
    ask(1).catch(reportError)
    return () => life.abort()
  }, [client])
  useEffect(() => {
    document.title = `${playground.company.name} · Support`
  }, [playground])
  return playground
}

/**
 * What the customer is writing.
 *
 * @typedef {ReturnType<typeof useDraft>} Draft
 * @param {(announcement: string) => void} announce
 */
function useDraft(announce) {
  const [text, setText] = useState('')
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null))
  const insert = (/** @type {string} */ words) => {
    setText((before) => (before === '' || /\s$/.test(before) ? before : `${before} `) + words)
    announce(`${words} is in your message.`)
    setTimeout(() => box.current?.focus(), 0) // after a closing drawer has given the focus back
  }
  return { text, setText, box, insert }
}

/** The same object at every drawing, so that turns already drawn stay as they are. @param {Conversation} conversation @param {Draft} draft */
function useTurnDoings(conversation, { setText, box }) {
  return useMemo(
    () => ({
      press: conversation.press.bind(conversation),
      retry: conversation.retry.bind(conversation),
      drop: conversation.drop.bind(conversation),
      edit: (/** @type {import('./session.js').Turn} */ turn) => {
        conversation.drop(turn.id)
        setText(turn.text)
        box.current?.focus()
      },
    }),
    [conversation],
  )
}

/** @param {Session} session @returns {string} '' before the first receipt */
function sumsOf(session) {
  const { answers, spent, saved } = sumReceipts(turnsOf(session).map(({ receipt }) => receipt))
  return answers === 0 ? '' : `${answers} ${answers === 1 ? 'answer' : 'answers'} · ${spent} spent · ${saved} saved`
}
