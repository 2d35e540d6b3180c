import fc from 'fast-check';
import { hostileText } from '../../support/values.ts';
import type { RequestChange } from './draft.ts';

const oddNumbers = [
  '1e400',
  '-1e400',
  'NaN',
  'Infinity',
  '-0',
  '0x10',
  ' 48.2 ',
  '48,2',
  '',
  '+48.2',
  '4.82e1',
  '90.0000001',
  '-180.0000001',
  '1'.repeat(400),
];

const numbers = (limit: number) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: -limit, max: limit, noNaN: true }).map((number) => number.toFixed(7)) },
    { weight: 1, arbitrary: fc.constantFrom(...oddNumbers) },
  );

const times = [
  '2026-06-12T08:30:00Z',
  '2026-06-12T08:30:00',
  '2026-13-01T00:00:00Z',
  '1e400',
  '',
  '+275760-09-13T00:00:00Z',
  '2016-12-31T23:59:60Z',
  '0000-01-01T00:00:00Z',
];

/** Texts of elements, escaped or hostile. XML allows no NUL and no unpaired surrogate. */
const texts = fc.oneof(
  hostileText.map((text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
  fc.constantFrom(
    '&#0;',
    '&#xD800;',
    '&#x1F600;',
    '&unknown;',
    '&amp',
    '<b>x</b>',
    '<![CDATA[ <x> ]]>',
    '<!-- -- -->',
    '<?php x ?>',
    ']]>',
  ),
);

const optional = (tag: string, content: fc.Arbitrary<string>) =>
  fc.option(content, { nil: undefined }).map((text) => (text === undefined ? '' : `<${tag}>${text}</${tag}>`));

const details = fc
  .tuple(optional('ele', numbers(9_000)), optional('time', fc.constantFrom(...times)), optional('name', texts))
  .map((parts) => parts.join(''));

const points = (tag: string) =>
  fc
    .tuple(numbers(90), numbers(180), details)
    .map(([lat, lon, inside]) => `<${tag} lat="${lat}" lon="${lon}">${inside}</${tag}>`);

const listOf = (item: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(item, { maxLength }).map((items) => items.join(''));

const segments = listOf(points('trkpt'), 6).map((inside) => `<trkseg>${inside}</trkseg>`);
const tracks = fc.tuple(optional('name', texts), listOf(segments, 3)).map((parts) => `<trk>${parts.join('')}</trk>`);
const routes = fc
  .tuple(optional('name', texts), listOf(points('rtept'), 5))
  .map((parts) => `<rte>${parts.join('')}</rte>`);

const contents = fc
  .tuple(listOf(points('wpt'), 3), listOf(tracks, 3), listOf(routes, 2))
  .map((parts) => parts.join(''));

const prologs = [
  ...[
    '<?xml version="1.0"?>',
    '<?xml version="1.0" encoding="UTF-8"?>',
    '',
    '\ufeff',
    ' <?xml version="1.0"?>',
    '<?xml version="1.1"?>',
    '<?xml?>',
    '<?xml version="9"?>',
  ],
  ...[
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<?xml version="1.0" encoding="ISO-8859-1"?>',
    '<?xml version="1.0" encoding="x"?>',
    '<?xml version="1.0" encoding="UTF-7"?>',
  ],
  ...[
    '<!DOCTYPE gpx>',
    '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    '<!DOCTYPE gpx SYSTEM "file:///etc/passwd">',
    '<!-- x --><!ENTITY % a SYSTEM "http://127.0.0.1:1">',
  ],
];

const roots = [
  'gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"',
  'gpx version="1.0" creator="x" xmlns="http://www.topografix.com/GPX/1/0"',
  ...[
    'gpx',
    'gpx version="9"',
    'GPX version="1.1"',
    'kml',
    'html',
    'g:gpx xmlns:g="http://www.topografix.com/GPX/1/1"',
    'gpx xmlns="x"',
    'gpx version="1.1" version="1.0"',
  ],
];

const files = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: fc.constant('<?xml version="1.0"?>') }, fc.constantFrom(...prologs)),
    fc.oneof(fc.constant(roots[0] ?? ''), fc.constantFrom(...roots)),
    contents,
  )
  .map(([prolog, root, inside]) => `${prolog}<${root}>${inside}</${root.split(' ', 1).join()}>`);

const nestedFiles = [15, 16, 17, 5_000].map(
  (depth) => `<gpx version="1.1">${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}</gpx>`,
);
const oversizedFiles = [
  `<gpx version="1.1" ${Array.from({ length: 100 }, (_, index) => `a${index}="1"`).join(' ')}/>`,
  `<gpx version="1.1"><trk><name>${'x'.repeat(100_001)}</name></trk></gpx>`,
  `<gpx version="1.1">${'<trk/>'.repeat(1_001)}</gpx>`,
  `<gpx version="1.1">${'<wpt lat="1" lon="2"/>'.repeat(2_001)}</gpx>`,
  `<gpx version="1.1"><trk>${'<trkseg/>'.repeat(10_001)}</trk></gpx>`,
];

type Encoder = (text: string, at: number) => Uint8Array;

const plain: Encoder = (text) => Buffer.from(text);

const damages: readonly Encoder[] = [
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  (text) => Buffer.from(text, 'latin1'),
  (text, at) => Buffer.from(text).subarray(0, at % (text.length + 1)),
  (text, at) => Buffer.from(text).map((byte, index) => (index === at % text.length ? at & 255 : byte)),
  (text) => Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from(text)]),
];

/** A file to import: valid, damaged or no GPX at all. */
export const gpxChanges: fc.Arbitrary<RequestChange> = fc
  .tuple(
    fc.oneof(
      { weight: 20, arbitrary: files },
      { weight: 1, arbitrary: fc.constantFrom(...nestedFiles, ...oversizedFiles) },
      { weight: 1, arbitrary: hostileText },
    ),
    fc.oneof({ weight: 2, arbitrary: fc.constant(plain) }, fc.constantFrom(...damages)),
    fc.nat(100_000),
  )
  .map(([text, encode, at]) => ({
    label: `a file of ${text.length} characters`,
    apply: (draft) => ({ ...draft, body: { bytes: encode(text, at) } }),
  }));
