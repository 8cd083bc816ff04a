/** What the page learns from the browser around it: theme, width, keyboard, scrolling. */
import { tryShelf } from './keep.js'
import { useEffect, useLayoutEffect, useRef, useState } from './preact.js'

const THEME_KEY = 'tuppence.theme' // read by early-theme.js too
const NEAR_END_PX = 80
const shelf = tryShelf(() => localStorage)
const prefersDark = () => matchMedia('(prefers-color-scheme: dark)').matches

/** @returns {boolean} */
export function isDarkNow() {
  const chosen = document.documentElement.dataset['theme']
  return chosen === undefined ? prefersDark() : chosen === 'dark'
}

/** Changes to the other theme. One that equals the system's is not kept, so the page follows the system again. @returns {boolean} whether it is dark now */
export function switchTheme() {
  const isDark = !isDarkNow()
  if (isDark === prefersDark()) {
    delete document.documentElement.dataset['theme']
    shelf.removeItem(THEME_KEY)
  } else {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
    shelf.setItem(THEME_KEY, isDark ? 'dark' : 'light')
  }
  return isDark
}

/** Whether focusing the box would throw up a keyboard over the page. @returns {boolean} */
export function isTouch() {
  return matchMedia('(pointer: coarse)').matches
}

/** @param {string} query @returns {boolean} whether it holds, kept up to date */
export function useMedia(query) {
  const [holds, setHolds] = useState(matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const update = () => setHolds(list.matches)
    list.addEventListener('change', update)
    return () => list.removeEventListener('change', update)
  }, [query])
  return holds
}

/** Keeps the page as high as what the on-screen keyboard leaves of it; iOS does not by itself. */
export function followKeyboard() {
  const viewport = globalThis.visualViewport
  viewport?.addEventListener('resize', () => {
    if (viewport.scale === 1) document.documentElement.style.setProperty('--page-height', `${viewport.height}px`)
  })
}

/**
 * Keeps a scrolling box at its end as long as the reader is there.
 *
 * @param {unknown[]} changes when to look again
 * @param {boolean} isOn an empty page is read from its beginning
 */
export function useStickToEnd(changes, isOn) {
  const scroller = useRef(/** @type {HTMLElement | null} */ (null))
  const isAtEnd = useRef(true)
  const sticks = useRef(isOn)
  sticks.current = isOn
  const [isAway, setAway] = useState(false)
  const toEnd = () => {
    isAtEnd.current = true
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight })
  }
  useEffect(() => {
    const box = scroller.current
    if (!box) return undefined
    const look = () => {
      isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX
      setAway(sticks.current && !isAtEnd.current)
    }
    const stay = new ResizeObserver(() => sticks.current && isAtEnd.current && toEnd())
    stay.observe(box)
    box.addEventListener('scroll', look, { passive: true })
    return () => {
      stay.disconnect()
      box.removeEventListener('scroll', look)
    }
  }, [])
  useLayoutEffect(() => void (isOn && isAtEnd.current && toEnd()), changes)
  return { scroller, isAway, toEnd }
}
