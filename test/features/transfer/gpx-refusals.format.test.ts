import { describe, expect, test } from 'vitest';
import { at, bytesOf, gpx, readAccepted, readRefused, segment, track, twoPoints, utf16le } from './gpx.support.ts';

const doctype = '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>';
const declarations: [name: string, content: string | number[]][] = [
  ['at the start', `${doctype}${gpx('<name>&b;</name>')}`],
  ['after the declaration', `<?xml version="1.0"?>\n${doctype}${gpx(track(twoPoints))}`],
  ['after a comment', `<!-- x -->${doctype}${gpx(track(twoPoints))}`],
  ['after a byte order mark', `\uFEFF${doctype}${gpx(track(twoPoints))}`],
  ['in UTF-16', utf16le(`${doctype}${gpx(track(twoPoints))}`)],
  ['that names a file', `<!DOCTYPE gpx SYSTEM "file:///etc/passwd">${gpx(track(twoPoints))}`],
  ['with a parameter entity', `<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://x/">%x;]>${gpx(track(twoPoints))}`],
  ['without content', `<!DOCTYPE gpx>${gpx(track(twoPoints))}`],
];

describe('document type declarations [L1]', () => {
  test.each(declarations)('a document type declaration %s is refused', async (_, content) => {
    expect(await readRefused(content)).toMatch(/^line \d+, column \d+: a document type declaration is not accepted$/);
    expect(await readRefused(content, {}, 1)).toMatch(/document type declaration/);
  });

  test.each([
    ['a document type declaration within the root', gpx(doctype)],
    ['a document type declaration after the root', `${gpx(track(twoPoints))}${doctype}`],
    ['a document type declaration in lower case', `<!doctype gpx>${gpx(track(twoPoints))}`],
    ['an entity declaration outside of a document type declaration', `<!ENTITY a "b">${gpx(track(twoPoints))}`],
  ])('%s is refused', async (_, content) => {
    await readRefused(content);
  });

  test('the text of a document type declaration in a comment or a CDATA section is accepted', async () => {
    const text = gpx(`<!-- <!DOCTYPE x> --><wpt lat="1" lon="2"><name><![CDATA[<!DOCTYPE x>]]></name></wpt>`);
    expect((await readAccepted(text)).waypoints[0]?.name).toBe('<!DOCTYPE x>');
  });
});

const point33 = `<gpx>\n<trk/>\n<trk>${segment(twoPoints)}\n<trkseg>\n${at().repeat(32)}\n`;
const malformed: [name: string, content: string | number[], why: RegExp][] = [
  ['no content', '', /the file is empty/],
  ['white space', ' \n', /must contain a root element/],
  [
    'a second document behind the first one',
    `${gpx(track(twoPoints))}\n<?xml version="1.0"?>${gpx(track(twoPoints))}`,
    /an XML declaration must be at the start/,
  ],
  ['plain text', 'once upon a time', /text data outside of root/],
  ['an unclosed tag', gpx('<trk>'), /^line 1, column 72: unexpected close tag/],
  ['crossed tags', gpx(`<trk><trkseg>${twoPoints}</trk></trkseg>`), /unexpected close tag/],
  ['a second root', `${gpx(track(twoPoints))}<gpx/>`, /only one root/],
  ['text after the root', `${gpx(track(twoPoints))}x`, /outside of root/],
  ['an undefined entity', gpx('<name>a&nbsp;b</name>'), /undefined entity/],
  ['a bare ampersand', gpx('<name>salt & pepper &amp; oil</name>'), /disallowed character in entity name/],
  ['a NUL', gpx('<name>a\0b</name>'), /disallowed character/],
  ['a numeric reference to NUL', gpx('<name>a&#0;b</name>'), /malformed character entity/],
  ['a numeric reference to a lone surrogate', gpx('<name>a&#xD800;b</name>'), /malformed character entity/],
  [
    'a numeric reference to a control character in XML 1.1',
    `<?xml version="1.1"?>${gpx('<name>a&#1;b</name>')}`,
    /malformed character/,
  ],
  ['a repeated attribute', gpx('<wpt lat="1" lat="1" lon="2"/>'), /duplicate attribute/],
  ['bytes that are not UTF-8', [...bytesOf('<gpx><name>caf'), 0xe9, ...bytesOf('</name></gpx>')], /^byte 14: /],
  ['another root element', '<osm/>', /the root element is <osm>, not <gpx>/],
  ['a root element in upper case', '<GPX/>', /the root element is <GPX>/],
  ['a point outside of a segment', gpx(`<trk>${twoPoints}</trk>`), /\(track 1\): <trkpt> may not stand in <trk>/],
  [
    'a route in a segment without points',
    gpx('<trk><trkseg><rte/></trkseg></trk>'),
    /\(track 1, segment 1\): <rte> may not stand in <trkseg>/,
  ],
  ['a track in a track', gpx(`<trk>${track(twoPoints)}</trk>`), /<trk> may not stand in <trk>/],
  ['a waypoint in a point', gpx(track(at('<wpt lat="1" lon="2"/>'))), /<wpt> may not stand in <trkpt>/],
  [
    'no usable line or waypoint',
    gpx(track(at())),
    /^file: it has no waypoint with a position, and no track or route of two points/,
  ],
  ['an empty gpx element', gpx(''), /^file: it has no waypoint/],
  [
    'an invalid point far into the file',
    `${point33}<trkpt lat="NaN" lon="7"/>`,
    /^line 6, column 26 \(track 2, segment 2, point 33\): lat="NaN"/,
  ],
  [
    'an invalid point in a route',
    gpx(`<rte><rtept lat="1" lon="1"/><rtept lon="1"/></rte>`),
    /\(route 1, point 2\): lat is missing/,
  ],
  ['no text on its third line', '<gpx>\n\n', /^line 3, column 1: unclosed tag/],
];

describe('malformed files [L6]', () => {
  test.each(malformed)('a file with %s is refused with the place of the fault', async (_, content, why) => {
    expect(await readRefused(content)).toMatch(why);
    expect(await readRefused(content, {}, 1)).toMatch(why);
  });
});

const others: [name: string, content: string | number[], kind: RegExp][] = [
  ['a PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0], /a PNG image/],
  ['a JPEG', [0xff, 0xd8, 0xff, 0xe0, 0, 16], /a JPEG image/],
  ['a GIF that continues as markup', 'GIF89a<gpx></gpx>', /a GIF image/],
  ['a zip', [0x50, 0x4b, 3, 4, 20, 0, 0, 0], /a zip archive/],
  ['a gzip', [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], /a gzip archive/],
  ['a bzip2 archive', [0x42, 0x5a, 0x68, 0x39, 0x31], /a bzip2 archive/],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], /an xz archive/],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd], /a zstd archive/],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], /a 7z archive/],
  ['a rar archive', [0x52, 0x61, 0x72, 0x21, 0x1a, 7], /a rar archive/],
  ['a tar archive', `ride.gpx${'\0'.repeat(249)}ustar\0`, /a tar archive/],
  ['a FIT file', [14, 0x20, 0x5b, 8, 1, 0, 0, 0, 0x2e, 0x46, 0x49, 0x54], /a FIT file/],
  ['HTML', '<!doctype html>\n<title>Not found</title>', /an HTML page/],
  ['XHTML', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', /an HTML page/],
  ['HTML in UTF-16', utf16le('<html><body>'), /an HTML page/],
  ['SVG', '<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', /an SVG image/],
  ['KML', '<kml xmlns="http://www.opengis.net/kml/2.2"/>', /a KML file/],
  ['TCX', '<TrainingCenterDatabase/>', /a TCX file/],
  ['JSON that is no GeoJSON', '{"type":"Topology","objects":{}}', /JSON, but no GeoJSON/],
];

describe('other kinds of files [L4]', () => {
  test.each(others)(
    '%s in place of a GPX file is refused with an error that names its kind',
    async (_, content, kind) => {
      expect(await readRefused(content)).toMatch(kind);
      expect(await readRefused(content, {}, 1)).toMatch(kind);
    },
  );

  test('the text of other kinds of files inside a GPX file does not change how it is reported', async () => {
    expect(await readRefused(`<!-- <html> -->${gpx('<name><![CDATA[<svg>]]></name><x>')}`)).toMatch(
      /unexpected close tag/,
    );
  });
});
