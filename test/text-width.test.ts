import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { hanging, textWidth, wrapped } from '../src/text-width.ts'

test('property: breaking a text loses nothing and keeps to the width', () => {
  const words = fc.array(fc.stringMatching(/^[a-z개발日]{1,20}$/u), { minLength: 1 })
  fc.assert(
    fc.property(words, fc.integer({ min: 5, max: 60 }), (all, width) => {
      const lines = wrapped(all.join(' '), width)
      expect(lines.join('').replaceAll(' ', '')).toBe(all.join(''))
      expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
    }),
  )
})

describe('a label and its text', () => {
  test('the text goes on under its beginning', () => {
    expect(hanging('Data: ', 'to the tools team, through Segment, each asked', 30)).toEqual([
      'Data: to the tools team,',
      '      through Segment, each',
      '      asked',
    ])
  })

  test('a label may be in wide letters', () => {
    expect(hanging('데이터: ', '개발자 경험 팀과 플랫폼', 28)).toEqual(['데이터: 개발자 경험 팀과', '        플랫폼'])
  })
})
