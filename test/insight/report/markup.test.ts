import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { html, name, plainName } from '../../../src/insight/report/markup.ts'

describe('markup', () => {
  test.each([
    ['a text', html`<p>${'<b> & "c" \'d\''}</p>`, '<p>&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>'],
    ['markup within', html`<p>${html`<b>${'&'}</b>`}</p>`, '<p><b>&amp;</b></p>'],
    ['lists, numbers and nothing', html`<p>${[1, '<', [html`<i></i>`, undefined]]}${undefined}</p>`, '<p>1&lt;<i></i></p>'],
  ])('takes %s', (_name, { text }, expected) => expect(text).toBe(expected))

  test('is no way out of an element or an attribute for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = html`<p title="${text}">${text}</p>`.text
        const [, inAttribute, inElement] = /^<p title="([^"'<>]*)">([^"'<>]*)<\/p>$/u.exec(written) ?? []
        expect([inAttribute, inElement].map((one) => unescaped(one ?? ''))).toEqual([text, text])
      }),
    )
  })

  test('has names that cannot turn the text around them, and are not long', () => {
    expect(name('\u202Etxet').text).toBe('<bdi>\\u202etxet</bdi>')
    expect(name('x'.repeat(10_000)).text).toHaveLength(60 + '<bdi>…</bdi>'.length)
    expect(plainName('שלום')).toBe('\u2068שלום\u2069')
  })
})

function unescaped(text: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#39);/gu, (_whole, entity: string) => characters[entity] ?? '')
}
