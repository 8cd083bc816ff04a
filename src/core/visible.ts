/**
 * Text as a reader sees it: whatever shows nothing but changes what is read, hides something or steers a device is taken
 * out. Line breaks of every kind become `\n`, other spaces of control a space, and halves of characters U+FFFD.
 *
 * Joiners stay where a script or an emoji needs them (Persian, Indic scripts, families), a variation selector after the
 * character it belongs to, and tag characters only in the three flags that are made of them. At most five marks stand on
 * one letter, so that no pile of them covers the lines above.
 */
export function visible(text: string): string {
  if (!mayHide.test(text)) return text
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\t\v\f\u0085]/g, ' ')
    .replace(neededOrHidden, '$1')
    .replace(/(\p{M}{5})\p{M}+/gu, '$1')
}

/** Plain ASCII and Latin letters, the greater part of all texts, need no second look. */
const mayHide = /[^\n\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2015\u2018-\u201E\u2022\u2026\u20AC]/u

/** Scripts whose letters take another form beside a joiner. */
const joining = String.raw`[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]`
const flags = String.raw`\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`
const betweenLetters = String.raw`(?<=${joining}\p{M}?)[\u200C\u200D](?=${joining})`
const betweenEmoji = String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`
const afterItsCharacter = String.raw`(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]|(?<=[\d#*])\uFE0F(?=\u20E3)`
/** What only looks like nothing: fillers, an empty pattern of Braille, notes between lines. */
const empty = String.raw`\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\uFFF9-\uFFFB`
const needed = `${flags}|${betweenLetters}|${betweenEmoji}|${afterItsCharacter}`
const neededOrHidden = new RegExp(
  String.raw`(${needed})|(?!\n)\p{Cc}|[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}${empty}]`,
  'gu',
)
