/** The page starts: the conversation is taken up and its views are put in place. */
import { createClient } from './client.js'
import { Conversation } from './conversation.js'
import { tryShelf } from './keep.js'
import { newMessageId } from './message-id.js'
import { Page } from './page-view.js'
import { followKeyboard } from './surroundings.js'
import { html, render } from './preact.js'

const place = document.getElementById('playground')
if (place) {
  const client = createClient()
  const conversation = new Conversation({
    client,
    shelf: tryShelf(() => sessionStorage),
    newId: newMessageId,
    onFault: reportError,
    isVisible: () => document.visibilityState === 'visible',
  })
  place.replaceChildren()
  followKeyboard()
  render(html`<${Page} client=${client} conversation=${conversation} />`, place)
  conversation.start()
  addEventListener('online', () => conversation.wake())
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && conversation.wake())
}
