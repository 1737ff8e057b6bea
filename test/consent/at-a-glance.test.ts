import { expect, test } from '@jest/globals'
import { fieldsInBrief, placesInBrief } from '../../src/consent/at-a-glance.ts'
import { FIELDS } from '../../src/event/fields.ts'
import { TILT_FIELDS } from '../../src/event/tilt-fields.ts'

const at = (service: string, where: string, ...marks: string[]) => ({ service, at: where, marks })

test('of an address its end stays, which names the owner; places that differ in who can read along stay apart', () => {
  const places = [
    at('Honeycomb', 'a-very-long-name.bees.example', 'unencrypted', 'with your HONEYCOMB_API_KEY'),
    at('Honeycomb', 'b.example', 'unencrypted', 'with your HONEYCOMB_API_KEY'),
    at('Honeycomb', 'b.example'),
    at('a file', '데이터/데이터/builds.jsonl'),
  ]
  expect(placesInBrief(places, 16)).toEqual([
    'Honeycomb (unencrypted, with your HONEYCOMB_API_KEY) at …me.bees.example + b.example',
    'Honeycomb at b.example',
    'a file at …터/builds.jsonl',
  ])
})

test('fields in brief name what a project asks for beyond the tool’s own', () => {
  expect(fieldsInBrief(FIELDS)).not.toMatch(/Tilt|own/u)
  expect(fieldsInBrief([...FIELDS, ...TILT_FIELDS])).toContain('Tilt')
})
