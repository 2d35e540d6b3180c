import { describe, expect, test } from 'vitest';
import { readFile } from '../../../src/features/transfer/formats/file.ts';
import type { ReadingLimits } from '../../../src/features/transfer/formats/reading.ts';
import { at, bytesOf, gpx, options, readAccepted, readRefused, track, twoPoints } from './gpx.support.ts';

describe('limits of a GPX file [L2]', () => {
  const wpt = '<wpt lat="1" lon="2"/>';
  const cases: [name: string, limits: Partial<ReadingLimits>, fits: string, tooMuch: string, why: RegExp][] = [
    ['bytes', { bytes: 200 }, gpx(wpt), gpx(wpt.repeat(10)), /longer than 200 bytes/],
    [
      'points',
      { points: 4 },
      gpx(track(twoPoints, twoPoints)),
      gpx(track(twoPoints, twoPoints, at())),
      /point 4\): more than 4 points/,
    ],
    [
      'points of several lines',
      { points: 3 },
      gpx(track(twoPoints) + track(at())),
      gpx(track(twoPoints) + track(twoPoints)),
      /more than 3 points/,
    ],
    [
      'lines',
      { lines: 2 },
      gpx(`<trk/><rte/>${wpt}`),
      gpx(`<trk/><rte/><trk/>${wpt}`),
      /more than 2 tracks and routes/,
    ],
    [
      'segments',
      { segments: 2 },
      gpx(`<trk><trkseg/></trk><rte/>${wpt}`),
      gpx(`<trk><trkseg/><trkseg/><trkseg/></trk>${wpt}`),
      /more than 2 segments/,
    ],
    ['waypoints', { waypoints: 2 }, gpx(wpt + wpt), gpx(wpt + wpt + wpt), /more than 2 waypoints/],
    [
      'depth',
      { depth: 4 },
      gpx(`${wpt}<a><b><c/></b></a>`),
      gpx(`${wpt}<a><b><c><d/></c></b></a>`),
      /nested deeper than 4/,
    ],
    [
      'attributes',
      { attributesPerElement: 3 },
      gpx(`${wpt}<x a="1" b="2" c="3"/>`),
      gpx(`${wpt}<x a="1" b="2" c="3" d="4"/>`),
      /more than 3 attributes/,
    ],
    [
      'the length of a text',
      { textLength: 500 },
      gpx(`${wpt}<x>${'t'.repeat(400)}</x>`),
      gpx(`${wpt}<x>${'t'.repeat(600)}</x>`),
      /longer than 500 characters/,
    ],
    [
      'the length of a comment',
      { textLength: 500 },
      gpx(`${wpt}<!--${'t'.repeat(400)}-->`),
      gpx(`${wpt}<!--${'t'.repeat(600)}-->`),
      /longer than 500 characters/,
    ],
    [
      'the length of an attribute',
      { textLength: 500 },
      gpx(`${wpt}<x y="${'t'.repeat(400)}"/>`),
      gpx(`${wpt}<x y="${'t'.repeat(600)}"/>`),
      /longer than 500 characters/,
    ],
    [
      'the length of a text in many parts',
      { textLength: 500 },
      gpx(`${wpt}<name>${'ab<!-- -->'.repeat(200)}</name>`),
      gpx(`${wpt}<name>${'ab<!-- -->'.repeat(300)}</name>`),
      /longer than 500 characters/,
    ],
  ];
  test.each(cases)('a GPX file over the limit of %s is refused', async (_, limits, fits, tooMuch, why) => {
    await readAccepted(fits, limits);
    expect(await readRefused(tooMuch, limits)).toMatch(why);
    expect(await readRefused(tooMuch, limits, 1)).toMatch(why);
  });

  test('a text without an end is refused long before the file ends', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield bytesOf('<gpx><name>');
      for (; sent < 1_000; sent++) yield bytesOf('a'.repeat(10_000));
    }
    expect(await readFile(endless(), options)).toMatchObject({
      ok: false,
      why: expect.stringContaining('longer than 100000'),
    });
    expect(sent).toBeLessThan(30);
  });

  test('ten thousand nested elements are refused at the first one that is too deep, and 200 entities are decoded', async () => {
    expect(await readRefused(`<gpx>${'<a>'.repeat(10_000)}`)).toMatch(
      /line 1, column 53: elements are nested deeper than 16/,
    );
    expect(
      (await readAccepted(gpx(`<wpt lat="1" lon="2"><name>${'&amp;'.repeat(200)}</name></wpt>`))).waypoints[0]?.name,
    ).toBe('&'.repeat(200));
  });

  test('a refused file is not read further', async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield bytesOf('<svg>'.repeat(500));
      } finally {
        isClosed = true;
      }
    }
    expect(await readFile(source(), options)).toMatchObject({ ok: false });
    expect(isClosed).toBe(true);
  });

  test('an error of the source is passed on and is not reported as a fault of the file', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield bytesOf('<gpx>');
      throw new TypeError('connection lost');
    }
    await expect(readFile(source(), options)).rejects.toThrow('connection lost');
  });
});
