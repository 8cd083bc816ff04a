import { expect, test } from 'vitest'
import { createLanguageFinder, languageName, languagesOf } from '../../../src/classification/language.ts'

const words = 'where is my order please refund i want the hola'.split(' ')
const find = createLanguageFinder({ languages: ['en'], words })

test.each([
  ['es', '¿Dónde está mi pedido?'],
  ['fr', 'je voudrais parler à quelqu’un'],
  ['de', 'Ich möchte mein Geld zurück'],
  ['it', 'non riesco ad accedere al mio conto'],
  ['pt', 'não consigo entrar na minha conta'],
  ['nl', 'waar is mijn bestelling'],
  ['pl', 'gdzie jest moja paczka'],
  ['tr', 'siparişim nerede'],
  ['sv', 'var är min beställning'],
  ['ru', 'Где мой заказ?'],
  ['uk', 'де моє замовлення'],
  ['ar', 'أين طلبي'],
  ['hi', 'मेरा ऑर्डर कहाँ है'],
  ['zh', '我的订单在哪里'],
  ['ja', '注文はどこですか'],
  ['ko', '환불해 주세요'],
])('%s: "%s"', (language, text) => {
  expect(find(text)?.language).toBe(language)
})

test.each([
  'hola, where is my order?',
  'whree is my oderr plaese',
  'café, déjà vu and a smörgåsbord of spam',
  'my name is Müller',
  'xqzt brrp',
  '1042',
  '',
  '😡😡',
])('"%s" is not taken for another language', (text) => {
  expect(find(text)).toBeUndefined()
})

test('the languages of the training messages are found, and none of them is foreign', () => {
  const german = ['Wo ist meine Bestellung?', 'ich möchte mein Geld zurück', 'wann kommt das Paket an']
  const finder = createLanguageFinder({ languages: languagesOf(german), words: ['bestellung'] })

  expect(languagesOf(german)).toEqual(['de'])
  expect(finder('bitte das Konto kündigen')).toBeUndefined()
  expect(finder('where is my order please')?.language).toBe('en')
})

test('where no language of the training messages is known, none is foreign', () => {
  expect(
    createLanguageFinder({ languages: languagesOf(['x1', '']), words: [] })('¿Dónde está mi pedido?'),
  ).toBeUndefined()
})

test('languages are named in English', () => {
  expect(languageName('es')).toBe('Spanish')
})
