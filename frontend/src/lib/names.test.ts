import { expect, test } from 'vitest'
import { hueOf, initial, langOf, nameOf, titleLang } from './names'

test('a seal shows the first character as people see it', () => {
  expect(initial('maren')).toBe('M')
  expect(initial('林溪')).toBe('林')
  expect(initial('👩‍💻 dev')).toBe('👩‍💻')
  expect(initial('  ')).toBe('?')
})

test('neighbouring members get hues far apart, the same each time', () => {
  expect(hueOf(3)).toBe(hueOf(3))
  expect(Math.abs(hueOf(3) - hueOf(4))).toBeGreaterThan(90)
})

test('the shown name wins over the user name unless it is empty', () => {
  expect(nameOf({ id: 1, username: 'linxi', display_name: '林溪' })).toBe('林溪')
  expect(nameOf({ id: 1, username: 'linxi', display_name: '' })).toBe('linxi')
})

test('a title is Chinese where the server says so, or where a third of it is', () => {
  expect(titleLang('en', '中文')).toBe('en')
  expect(titleLang(null, 'PingFang SC 在 Windows 上用什么字体代替')).toBe('zh-Hans')
  expect(titleLang(null, 'What text-autospace does to mixed titles 中英混排')).toBe('en')
  expect(langOf('线下 Meetups')).toBe('zh-Hans')
})
