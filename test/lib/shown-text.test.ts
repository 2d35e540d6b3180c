import { expect, test } from 'vitest';
import { nameFault, riderNameFault, textFault } from '../../src/lib/shown-text.ts';

test.each(['', ' ', '\u200b', '\u200d\ufe0f', '\u0301', '\u3164', '\u2800', '\u00ad\u2060', '\u{e0041}', '\u200f'])(
  'a name without a visible character is refused: %j [M6]',
  (name) => {
    expect(nameFault(name)).toBe('Must contain a visible character.');
  },
);

test.each(['\u202e', '\u202a', '\u2066', '\u2069'])(
  'a text that changes its direction is refused: %j [M6]',
  (control) => {
    expect(textFault(`Anna ${control}anrO`)).toBe('Must not contain characters that change the direction of the text.');
    expect(nameFault(`Anna ${control}anrO`)).toBe('Must not contain characters that change the direction of the text.');
  },
);

test.each([
  'Kairos',
  'KAIROS',
  'Kairos Team',
  'The Kairos Crew',
  'team-kairos',
  'K A I R O S',
  'K.a.i.r.o.s',
  'Kaiŕós',
  'Ка\u0456rоs',
  'Kaіrоѕ',
  'ΚΑΙRΟS',
  'Ｋａｉｒｏｓ',
  '𝕶𝖆𝖎𝖗𝖔𝖘',
  'Ka1r0s support',
  'KaIros',
  'Kalros',
  'Kai\u200bros',
  'Kai ros Support',
  'ᴋᴀɪʀᴏꜱ',
  'my_kairos_account',
])('a rider cannot be called like us: %s [M6]', (name) => {
  expect(riderNameFault(name)).toBe('Must not look like a name of Kairos.');
});

test.each([
  'Anna Berger',
  'Kai Rossi',
  'Kai',
  'Κάιρα',
  'Кирилл',
  'محمد',
  'می‌خواهم',
  'שרה \u200f(Sarah)',
  '王小明',
  'Zoë O’Brien-Łącki',
  '🚲',
  '👩‍🦰 Ida',
  'Jan 2nd',
  'ᏣᎳᎩ',
])('a rider can be called %s', (name) => {
  expect(riderNameFault(name)).toBeUndefined();
});

test('a name is one line, and a text may have several', () => {
  for (const name of ['Anna\nBerger', 'Anna\u2028Berger', 'Anna\tBerger'])
    expect(nameFault(name)).toBe('Must be one line.');
  expect(textFault('First line.\nSecond line.')).toBeUndefined();
});
