/** Drawings of the page, in the colour of the text around them. All are ornaments: the words stand beside them. */
import { html } from './preact.js'

/** @param {string} path an outline in a square of 24 */
const outline = (path) => () =>
  html` <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path} /></svg> `

export const SendIcon = outline('M12 20V5M5.500 11.500 12 5l6.500 6.500')
export const DownIcon = outline('M12 5v14M6 13l6 6 6-6')
export const NewIcon = outline('M12 5v14M5 12h14')
export const MoonIcon = outline('M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500Z')
export const SunIcon = outline(
  'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M4.900 4.900l1.800 1.800M17.300 17.300l1.800 1.800M19.100 4.900l-1.800 1.800M6.700 17.300l-1.800 1.800',
)
export const PeopleIcon = outline(
  'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20c.5-3.800 3-6 6.500-6s6 2.200 6.500 6M16 4.500a3.300 3.300 0 0 1 0 6.200M18 14.400c2 .8 3.200 2.700 3.500 5.600',
)
export const PersonIcon = outline(
  'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20.500c.6-4.200 3.400-6.500 7.500-6.500s6.900 2.300 7.500 6.500',
)
export const CopyIcon = outline('M9 9h10v11H9zM5 15V4h10')
export const CloseIcon = outline('M6 6l12 12M18 6 6 18')
export const SparkIcon = outline(
  'M9.500 18h5M10 21h4M8 14.500C6.500 13.300 5.500 11.500 5.500 9.500a6.500 6.500 0 0 1 13 0c0 2-1 3.800-2.500 5-.6.500-1 1.200-1 2h-6c0-.8-.4-1.500-1-2Z',
)
export const CheckIcon = outline('M5 12.500l4.500 4.500L19 7.500')
export const StarIcon = outline(
  'M12 3.500l2.100 6.400 6.400 2.100-6.400 2.100-2.100 6.400-2.100-6.400-6.400-2.100 6.400-2.100Z',
)
export const ThumbUpIcon = outline(
  'M7 10.500v9.500H4v-9.500ZM7 10.500l4-7c1.600 0 2.500 1 2.500 2.500V9.500h5a1.800 1.800 0 0 1 1.700 2.200l-1.600 6.900A1.800 1.800 0 0 1 16.900 20H7',
)
export const ThumbDownIcon = outline(
  'M17 13.500V4h3v9.500ZM17 13.500l-4 7c-1.600 0-2.500-1-2.500-2.500v-3.500h-5a1.800 1.800 0 0 1-1.700-2.200l1.600-6.900A1.800 1.800 0 0 1 7.100 4H17',
)

/** The two-pence coin. */
export const Coin = () => html`
  <svg class="coin" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
    <circle class="coin-rim" cx="32" cy="32" r="30" />
    <circle class="coin-mill" cx="32" cy="32" r="28.5" stroke-dasharray="2.4 2.08" />
    <circle class="coin-face" cx="32" cy="32" r="23" />
    <path
      class="coin-mark"
      d="M22.500 26.500c0-6 4.200-10.500 9.800-10.500s9.700 4 9.700 9.300c0 4.200-2.300 7.200-6.400 10.800l-7 6.400h13.900v6H21.500v-5l10.200-9.700c3.100-3 4.300-5 4.300-7.800 0-2.600-1.600-4.300-4-4.300-2.700 0-4.400 2-4.400 4.800z"
    />
  </svg>
`

/** The kettle on the coin, for the empty page. */
export const KettleCoin = () => html`
  <svg class="kettle" viewBox="4 10 120 120" aria-hidden="true" focusable="false">
    <circle class="coin-rim" cx="64" cy="70" r="58" />
    <circle class="coin-mill" cx="64" cy="70" r="55.5" stroke-dasharray="3 2.810" />
    <circle class="coin-face" cx="64" cy="70" r="47" />
    <g transform="translate(2 19) scale(.85)">
      <path
        class="coin-mark"
        d="M36 92c-2-19 8-33 28-33s30 14 28 33q-.5 4-4.500 4h-47q-4 0-4.500-4ZM52 57q12-8 24 0ZM90 79c9-1 12-9 14-19l6.500 1.500c-1 14-6 26-19 29.500Z"
      />
      <circle class="coin-mark" cx="64" cy="50.500" r="3.600" />
      <path class="kettle-handle" d="M45 61C36 27 92 27 83 61" />
      <path class="kettle-steam" d="M106 54c-5-5 5-9 0-15M106 33c-4-4 4-7 0-12" />
    </g>
  </svg>
`
