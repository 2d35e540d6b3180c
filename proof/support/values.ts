import fc from 'fast-check';
import type { Schema } from '../../test/contract/document.ts';
import { resolved } from '../../test/contract/schema.ts';

/** A text that goes into a JSON body unchanged, for values that JSON.stringify cannot produce. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON.stringify that inserts each RawJson unchanged. */
export function toJsonText(value: unknown): string {
  const raw: string[] = [];
  const text = JSON.stringify(value, (_, member) => {
    if (!(member instanceof RawJson)) return member;
    raw.push(member.text);
    return `\u0001raw${raw.length - 1}\u0001`;
  });
  return (text ?? 'null').replaceAll(/"\\u0001raw(\d+)\\u0001"/g, (_, index: string) => raw[Number(index)] ?? '');
}

export const hostileText = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\t\n',
      '\u0000',
      'a\u0000b',
      '\ud800',
      'a\udc00b',
      '\u202etxt.exe',
      '\u200b',
      '\ufeff',
      '\u0085',
      '\u00a0',
    ],
    ...['e\u0301', 'ﷺ', '👩‍🚒', '\u{10ffff}', 'ﬀ', 'İ', 'ß', 'Ω≈ç√', '\u001b[31m', '\r\nX-Injected: 1'],
    ...[
      'null',
      'undefined',
      'true',
      'NaN',
      'Infinity',
      '-0',
      '1e400',
      '0x10',
      '1e2',
      ' 7 ',
      '٣',
      '１２',
      '9007199254740993',
    ],
    ...[
      '__proto__',
      'constructor',
      'toString',
      '{{7*7}}',
      '$' + '{7*7}',
      '%s%n',
      '%',
      '%25',
      '\\',
      '\\u0000',
      '../../etc',
    ],
    ...[
      "'",
      "'; drop table journeys; --",
      "' or '1'='1",
      '") or 1=1',
      '$$',
      '_%',
      '<script>alert(1)</script>',
      ']]>',
      '&#0;',
    ],
    ...['https://evil.example', 'javascript:alert(1)', '//evil.example', 'a@b@c', 'a@[127.0.0.1]', '"a b"@example.com'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(201, 5_001, 10_001, 100_000).map((length) => 'a'.repeat(length)),
  fc.constantFrom(300, 3_000).map((length) => '😀'.repeat(length)),
);

const oddNumbers = [
  ...['1e400', '-1e400', '1e-400', '-0', '-0.0', '0.1e1', '5e-324', '1.7976931348623157e308', '9007199254740993'],
  ...[
    '2147483648',
    '-2147483649',
    '9223372036854775808',
    '1e21',
    '0.30000000000000004',
    '1e5',
    '90.0000001',
    '180.0000001',
  ],
  ...['1'.repeat(400), `0.${'0'.repeat(400)}1`, `1e${'9'.repeat(50)}`],
].map((text) => new RawJson(text));

/** Texts that no JSON parser accepts as a value. */
const invalidJson = [
  'NaN',
  'Infinity',
  '-Infinity',
  '0x10',
  '01',
  '1.',
  '+1',
  '.5',
  '-',
  '1_000',
  "'a'",
  'undefined',
  '',
].map((text) => new RawJson(text));

const pollution = [
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":1,"valueOf":2}',
];

const deep = [31, 32, 33, 5_000].map((depth) => new RawJson('['.repeat(depth) + ']'.repeat(depth)));

/** Any JSON value, and some that are not JSON. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 4, arbitrary: fc.constantFrom(...oddNumbers) },
  { weight: 1, arbitrary: fc.constantFrom(...invalidJson) },
  { weight: 1, arbitrary: fc.constantFrom(...pollution.map((text) => new RawJson(text)), ...deep) },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], '') },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(501, 20_000).map((length) => Array.from({ length }, () => 0)) },
);

const days = [
  '2027-06-12',
  '2024-02-29',
  '2023-02-29',
  '1970-01-01',
  '2199-12-31',
  '2200-01-01',
  '0000-01-01',
  '9999-12-31',
];
const oddDays = ['+275760-09-13', '2027-13-01', '2027-06-31', '2027-6-1', '20270612', '-0001-01-01', '2027-W01-1'];
const clocks = ['00:00:00Z', '23:59:59.999999999Z', '23:59:60Z', '24:00:00Z', '08:30Z', '08:30:00', '08:30:00+14:00'];
const oddClocks = [
  '08:30:00-23:59',
  '08:30:00+99:99',
  '25:00:00Z',
  '08:30:00.Z',
  '08:30:00,5Z',
  '08:30:00z',
  '08:30:00 Z',
];

const instants = fc
  .tuple(fc.constantFrom(...days, ...oddDays), fc.constantFrom('T', 't', ' '), fc.constantFrom(...clocks, ...oddClocks))
  .map((parts) => parts.join(''));

const addresses = [
  'a@example.com',
  'ä@example.com',
  'a@exämple.com',
  'a@example',
  'A@EXAMPLE.COM',
  `${'a'.repeat(65)}@b.cc`,
  'a+b@c.dd',
];

const byFormat: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((id) => id.toUpperCase()),
    fc.constantFrom('0'.repeat(32), `{${'0'.repeat(36)}}`),
  ),
  date: fc.constantFrom(...days, ...oddDays),
  'date-time': instants,
  email: fc.constantFrom(...addresses),
};

function textsOf({ format = '', pattern, minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  const special = byFormat[format];
  if (special) return special;
  if (pattern)
    return fc.oneof(fc.stringMatching(new RegExp(pattern)), fc.constantFrom('ab', 'a'.repeat(31), '.a.', 'ÄÖÜ'));
  const edges = [minLength - 1, minLength, minLength + 1, maxLength - 1, maxLength, maxLength + 1].filter(
    (length) => length >= 0,
  );
  return fc.oneof(
    fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) }),
    fc.constantFrom(...edges).map((length) => 'a'.repeat(length)),
  );
}

function numbersOf({ type, minimum = -1e6, maximum = 1e6 }: Schema): fc.Arbitrary<number> {
  const edges = fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1, 0, -1, minimum + 0.5);
  const inside =
    type === 'integer'
      ? fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) })
      : fc.double({ min: minimum, max: maximum, noNaN: true });
  return fc.oneof(inside, edges);
}

/** Values that match the schema, or nearly match it. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const own = resolved(schema);
  if (own.anyOf) return fc.oneof(...own.anyOf.map(valuesOf));
  if (own.enum) return fc.constantFrom(...own.enum, ...own.enum.map((value) => String(value).toUpperCase()));
  if (own.prefixItems) return fc.tuple(...own.prefixItems.map(valuesOf));
  if (own.items) return fc.array(valuesOf(own.items), { minLength: own.minItems ?? 0, maxLength: 3 });
  if (own.properties) {
    const fields = Object.entries(own.properties).map(([name, field]) => [name, valuesOf(field)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...(own.required ?? [])] });
  }
  const types = [own.type ?? []].flat();
  const [kind] = types;
  const plain: fc.Arbitrary<unknown> =
    kind === 'string'
      ? textsOf(own)
      : kind === 'boolean'
        ? fc.boolean()
        : kind === 'object'
          ? fc.dictionary(fc.string(), fc.jsonValue())
          : numbersOf(own);
  return types.includes('null') ? fc.option(plain, { freq: 4 }) : plain;
}
