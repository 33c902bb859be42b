import { expect, test } from 'vitest'
import { deviceOf } from './agents'

test('a browser and its system are named', () => {
  const firefox = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0'
  const phone =
    'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36'
  expect(deviceOf(firefox)).toEqual({ name: 'Firefox, macOS', phone: false })
  expect(deviceOf(phone)).toEqual({ name: 'Chrome, Android', phone: true })
  expect(deviceOf('curl/8.9')).toEqual({ name: 'curl', phone: false })
  expect(deviceOf('')).toEqual({ name: null, phone: false })
})
