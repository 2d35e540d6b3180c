// npm run files: saves made-up journeys as files, lets xmllint, gpsbabel, ogr2ogr and togeojson read them, and imports what they write.
// It needs the Debian packages libxml2-utils, gpsbabel and gdal-bin.
import '../../support/help.ts';

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFile } from '../../../test/features/tracks/lines.ts';
import { createJourney, createRider, type Rider } from '../../../test/support/factories.ts';
import { diceOf } from '../../support/dice.ts';
import { runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { type Kept, makeUp, save, sensorTextIn, sensorTextOf, textOf, textOfFeatures } from './journeys.ts';
import { complaintOf, tools } from './tools.ts';

const schema = join(import.meta.dirname, 'gpx.xsd');

async function readFile(rider: Rider, id: string, format: 'gpx' | 'geojson', query = ''): Promise<string> {
  const { status, text } = await rider.get(`/v1/journeys/${id}/export.${format}${query}`);
  if (status !== 200) throw new Error(`not saved as a file: ${text}`);
  return text;
}

async function textOfJourney(rider: Rider, id: string, keeps: Kept): Promise<string[]> {
  return textOfFeatures(JSON.parse(await readFile(rider, id, 'geojson')).features, keeps);
}

/** The first line that only one of the two has. */
function differenceOf(expected: readonly string[], found: readonly string[]): string | undefined {
  const missing = expected.find((line) => !found.includes(line));
  const other = found.find((line) => !expected.includes(line));
  return missing === undefined && other === undefined ? undefined : `instead of ${missing}: ${other}`;
}

await runEngine({
  name: 'files',
  unit: 'journeys',
  count: { full: 100, short: 4 },
  controlCount: 4,
  async run({ seed, count }) {
    const roll = diceOf(seed);
    const findings: Finding[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'kairos-files-'));
    let imports = 0;
    for (let journey = 0; journey < count; journey += 1) {
      const blame = (kind: string, detail: string) => findings.push({ kind, detail: `journey ${journey}: ${detail}` });
      const pathOf = (name: string) => join(folder, `${journey}-${name}`);
      const [rider, made] = [await createRider(), makeUp(roll)];
      const id = await save(rider, made);
      const { kind, hasElevations } = made;
      const files = { gpx: pathOf('saved.gpx'), geoJson: pathOf('saved.geojson'), hasElevations };
      writeFileSync(files.gpx, await readFile(rider, id, 'gpx'));
      writeFileSync(files.geoJson, await readFile(rider, id, 'geojson'));
      const invalid = complaintOf('xmllint', ['--noout', '--schema', schema, files.gpx]);
      if (invalid) blame('invalid GPX', invalid);
      const all = { lineNames: true, lineTimes: true, markerTimes: true };
      const unsaved = differenceOf(textOf(made, all), await textOfJourney(rider, id, all));
      if (unsaved) blame('another journey in the file', unsaved);

      if (kind === 'past') {
        const measured = '?include=rides,sensors,heart_rate';
        const [saved, written] = [pathOf('sensors.gpx'), pathOf('gpsbabel-sensors.gpx')];
        writeFileSync(saved, await readFile(rider, id, 'gpx', measured));
        const args = ['-i', 'gpx', '-f', saved, '-o', 'gpx,gpxver=1.1,garminextensions', '-F', written];
        for (const complaint of [
          complaintOf('xmllint', ['--noout', '--schema', schema, saved]),
          complaintOf('gpsbabel', args),
        ])
          if (complaint) blame('a file with sensors', complaint);
        const copy = await createJourney(rider);
        await importFile(rider, copy.id, readFileSync(written), kind);
        for (const one of [id, copy.id]) {
          const changed = differenceOf(sensorTextOf(made), sensorTextIn(await readFile(rider, one, 'gpx', measured)));
          if (changed) blame('other values of sensors', changed);
        }
      }

      for (const { name, keeps, run } of tools) {
        const { complaints, written } = run(files, pathOf);
        for (const complaint of complaints) blame(`${name} complains`, complaint);
        if (complaints.length > 0) continue;
        const copy = await createJourney(rider);
        for (const file of written) await importFile(rider, copy.id, readFileSync(file), kind);
        imports += written.length;
        const changed = differenceOf(textOf(made, keeps), await textOfJourney(rider, copy.id, keeps));
        if (changed) blame(`another journey after ${name}`, changed);
      }
    }
    rmSync(folder, { recursive: true });
    return { figures: { programs: tools.length, imports }, findings };
  },
});
