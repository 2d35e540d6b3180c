import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { gpx as toGeoJson } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
import { journeyName, type Kept } from './journeys.ts';

/** Programs that riders use, as Debian packages them. */
const packages = { xmllint: 'libxml2-utils', gpsbabel: 'gpsbabel', ogr2ogr: 'gdal-bin' };

/** Runs a program. The answer is what it complains about, and undefined where it succeeds. */
export function complaintOf(program: keyof typeof packages, args: readonly string[]): string | undefined {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw new Error(`${program} does not run: apt-get install ${packages[program]}`, { cause: error });
  return status === 0 ? undefined : `${stderr}${stdout}`.trim().split('\n', 1).join();
}

type Files = { gpx: string; geoJson: string; hasElevations: boolean };

/** A program that reads a saved file and writes files for an import. */
export type Tool = { name: string; keeps: Kept; run: (files: Files, pathOf: (name: string) => string) => Ran };
type Ran = { complaints: readonly string[]; written: readonly string[] };

const ran = (written: readonly string[], ...complaints: readonly (string | undefined)[]): Ran => ({
  complaints: complaints.filter((complaint) => complaint !== undefined),
  written,
});

export const tools: readonly Tool[] = [
  {
    name: 'gpsbabel from GPX',
    keeps: { lineNames: true, lineTimes: true, markerTimes: true },
    run({ gpx }, pathOf) {
      const out = pathOf('gpsbabel.gpx');
      return ran([out], complaintOf('gpsbabel', ['-i', 'gpx', '-f', gpx, '-o', 'gpx,gpxver=1.1', '-F', out]));
    },
  },
  {
    name: 'togeojson from GPX',
    keeps: { lineNames: true, lineTimes: true, markerTimes: true },
    run({ gpx }, pathOf) {
      const out = pathOf('togeojson.geojson');
      const document = new DOMParser().parseFromString(readFileSync(gpx, 'utf8'), 'text/xml');
      writeFileSync(out, JSON.stringify(toGeoJson(document)));
      return ran([out]);
    },
  },
  {
    // The layer of points keeps their times, and has no names of tracks.
    name: 'ogr2ogr from GPX',
    keeps: { lineNames: false, lineTimes: true, markerTimes: true },
    run({ gpx }, pathOf) {
      const out = pathOf('ogr2ogr.gpx');
      return ran([out], complaintOf('ogr2ogr', ['-f', 'GPX', out, gpx, 'waypoints', 'track_points']));
    },
  },
  {
    name: 'ogr2ogr from GeoJSON',
    keeps: { lineNames: true, lineTimes: false, markerTimes: false },
    run({ geoJson, hasElevations }, pathOf) {
      const [lines, markers] = [pathOf('lines.gpx'), pathOf('markers.gpx')];
      const toGpx = (out: string, layer: string, geometry: string, query: string) =>
        complaintOf('ogr2ogr', ['-f', 'GPX', out, geoJson, '-nln', layer, '-nlt', geometry, '-sql', query]);
      const geometry = hasElevations ? 'MULTILINESTRINGZ' : 'MULTILINESTRING';
      return ran(
        [lines, markers],
        toGpx(lines, 'tracks', geometry, `select name from "${journeyName}" where kind <> 'marker'`),
        toGpx(
          markers,
          'waypoints',
          'POINT',
          `select name, notes as "desc" from "${journeyName}" where kind = 'marker'`,
        ),
      );
    },
  },
];
