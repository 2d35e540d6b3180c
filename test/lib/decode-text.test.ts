import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/lib/decode-text.ts';

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const utf16 = (text: string, isLittleEndian: boolean): number[] =>
  Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).flatMap((unit) =>
    isLittleEndian ? [unit & 0xff, unit >> 8] : [unit >> 8, unit & 0xff],
  );
const declared = (label: string): string => `<?xml version="1.0" encoding="${label}"?>`;

async function* feed(bytes: readonly number[], chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield Uint8Array.from(bytes.slice(at, at + chunkBytes));
}

async function decode(bytes: readonly number[], chunkBytes = 65_536) {
  let text = '';
  for await (const piece of decodeText(feed(bytes, chunkBytes))) {
    if (!piece.ok) return { text, fault: { byteOffset: piece.byteOffset, why: piece.why } };
    text += piece.text;
  }
  return { text };
}

const readable: [name: string, bytes: number[], text: string][] = [
  ['an empty file', [], ''],
  ['UTF-8 without a declaration', utf8('<name>Nærøyfjord 🚲</name>'), '<name>Nærøyfjord 🚲</name>'],
  ['UTF-8 and strips its byte order mark', [0xef, 0xbb, 0xbf, ...utf8('<é/>')], '<é/>'],
  ['a second byte order mark as text', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x41], '\uFEFFA'],
  ['UTF-16LE with a byte order mark', [0xff, 0xfe, ...utf16('<é🚲/>', true)], '<é🚲/>'],
  ['UTF-16BE with a byte order mark', [0xfe, 0xff, ...utf16('<é🚲/>', false)], '<é🚲/>'],
  ['a declared UTF-16 with a byte order mark', [0xfe, 0xff, ...utf16(declared('UTF-16'), false)], declared('UTF-16')],
  ['UTF-16LE without a byte order mark', utf16(`${declared('utf-16')}<é/>`, true), `${declared('utf-16')}<é/>`],
  ['UTF-16BE without a byte order mark', utf16(`${declared('utf-16be')}<é/>`, false), `${declared('utf-16be')}<é/>`],
  ['ISO-8859-1', [...ascii(declared('ISO-8859-1')), 0xe9], `${declared('ISO-8859-1')}é`],
  ['windows-1251', [...ascii(declared('windows-1251')), 0xd2, 0xd8], `${declared('windows-1251')}ТШ`],
  ['Shift_JIS', [...ascii(declared('shift_jis')), 0x93, 0xfa, 0x96, 0x7b], `${declared('shift_jis')}日本`],
  ['GB18030', [...ascii(declared('gb18030')), 0x81, 0x30, 0x81, 0x34, 0xd6, 0xd0], `${declared('gb18030')}\u0084中`],
  [
    'a declaration in single quotes',
    ascii("<?xml version='1.0' encoding='us-ascii' ?>"),
    "<?xml version='1.0' encoding='us-ascii' ?>",
  ],
];

const unreadable: [name: string, bytes: number[], byteOffset: number, why: RegExp][] = [
  ['an unknown encoding', ascii(declared('klingon')), 0, /"klingon" is not supported/],
  ['a stateful encoding', ascii(declared('iso-2022-jp')), 0, /"iso-2022-jp" is not supported/],
  ['UTF-32', [0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0], 0, /UTF-32/],
  [
    'a UTF-8 byte order mark before declared ISO-8859-1',
    [0xef, 0xbb, 0xbf, ...ascii(declared('ISO-8859-1'))],
    0,
    /says that it is/,
  ],
  [
    'a UTF-16BE byte order mark before declared UTF-16LE',
    [0xfe, 0xff, ...utf16(declared('utf-16le'), false)],
    0,
    /says that it is/,
  ],
  ['single bytes declared as UTF-16', ascii(declared('utf-16')), 0, /says that it is utf-16/],
  ['a Latin-1 letter in UTF-8', [...ascii('<name>caf'), 0xe9, ...ascii('</name>')], 9, /no character of utf-8/],
  ['an overlong form', [0x41, 0xc0, 0xaf, 0x41], 1, /no character of utf-8/],
  ['a surrogate in UTF-8', [0x41, 0xed, 0xa0, 0x80, 0x41], 1, /no character of utf-8/],
  ['a character cut off by the end', [0x41, 0xf0, 0x9f, 0x9a], 1, /ends inside a character/],
  ['a lone surrogate in UTF-16', [0xff, 0xfe, 0x3d, 0xd8, 0x41, 0x00], 2, /no character of utf-16le/],
  ['half a unit of UTF-16', [0xff, 0xfe, 0x41, 0x00, 0x41], 4, /ends inside a character/],
  ['an error after the byte order mark', [0xef, 0xbb, 0xbf, 0x41, 0xff], 4, /no character of utf-8/],
];

describe.each([1, 2, 3, 7, 65_536])('in chunks of %i bytes', (chunkBytes) => {
  test.each(readable)('the text decoder reads %s', async (_, bytes, text) => {
    expect(await decode(bytes, chunkBytes)).toEqual({ text });
  });

  test.each(unreadable)('the text decoder refuses %s and names the byte [L6]', async (_, bytes, byteOffset, why) => {
    const { fault } = await decode(bytes, chunkBytes);
    expect(fault).toEqual({ byteOffset, why: expect.stringMatching(why) });
  });
});

test('an error far into a file is reported with its byte, and the text before it is kept', async () => {
  const bytes = [...ascii('x'.repeat(200_001)), 0xc3, 0x28];
  const { text, fault } = await decode(bytes);
  expect(fault?.byteOffset).toBe(200_001);
  expect(text.length).toBeGreaterThan(130_000);
});

test('a large chunk is decoded in pieces of 64 Ki characters', async () => {
  const lengths: number[] = [];
  for await (const piece of decodeText(feed(ascii('x'.repeat(300_000)), 300_000))) {
    if (piece.ok) lengths.push(piece.text.length);
  }
  expect(Math.max(...lengths)).toBeLessThanOrEqual(65_536);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(300_000);
});

test('any text is decoded completely with every chunk size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (text, chunkBytes, isUtf16) => {
        const bytes = isUtf16 ? [0xff, 0xfe, ...utf16(text, true)] : [0xef, 0xbb, 0xbf, ...utf8(text)];
        const isUtf32 = isUtf16 && text.startsWith('\0');
        fc.pre(!isUtf32);
        expect(await decode(bytes, chunkBytes)).toEqual({ text });
      },
    ),
  );
});
