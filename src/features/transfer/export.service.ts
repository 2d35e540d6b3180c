import { type Ctx, requireScope } from '../../context.ts';
import { fileNameOf } from '../../lib/file-name.ts';
import { listMarkers } from '../markers/marker.service.ts';
import type { TrackRow } from '../tracks/track.table.ts';
import { openLines } from '../tracks/whole-line.service.ts';
import { type ExportFormat, type ExportPart, exportParts } from './export.rules.ts';
import { writeGeoJson } from './formats/write-geojson.ts';
import { writeGpx } from './formats/write-gpx.ts';
import type { Writer, WrittenMarker } from './formats/writing.ts';

const kindsOf: Record<ExportPart, readonly TrackRow['kind'][]> = { plan: ['plan'], rides: ['past'], markers: [] };

const writers: Record<ExportFormat, Writer> = { gpx: writeGpx, geojson: writeGeoJson };

/** `include` names the parts of the journey, and without it the file has all of them. */
type Export = { journeyId: string; include: readonly ExportPart[] | undefined; format: ExportFormat };

type JourneyFile = { name: string; pieces: AsyncIterable<string> };

/**
 * A journey as a file: all of the caller's own journey, and the lines of another as `getRoute` shows them, without names,
 * times and markers. Whether the caller sees the journey is decided before this returns. The rest is read as it is taken.
 */
export async function exportJourney(ctx: Ctx, input: Export): Promise<JourneyFile> {
  const { journeyId, include = exportParts, format } = input;
  requireScope(ctx, 'journeys:read');
  const kinds = include.flatMap((part) => kindsOf[part]);
  const { name, isMine, lines } = await openLines(ctx, journeyId, kinds);
  const markers = isMine && include.includes('markers') ? allMarkers(ctx, journeyId) : noMarkers();
  return { name: fileNameOf(name, format), pieces: writers[format]({ name, lines, markers }) };
}

const markersPerTrip = 500;

async function* allMarkers(ctx: Ctx, journeyId: string): AsyncGenerator<WrittenMarker, void> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await listMarkers(ctx, journeyId, { limit: markersPerTrip, cursor });
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function* noMarkers(): AsyncGenerator<WrittenMarker, void> {}
