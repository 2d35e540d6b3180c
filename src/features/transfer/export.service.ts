import { type Ctx, requireScope } from '../../context.ts';
import { fileNameOf } from '../../lib/file-name.ts';
import { requireRecentLogin } from '../access/access.guards.ts';
import { openHealthData, openHealthKey } from '../consents/health-key.service.ts';
import { listMarkers } from '../markers/marker.service.ts';
import type { SensorKind } from '../tracks/sensor.table.ts';
import type { TrackRow } from '../tracks/track.table.ts';
import { openLines, type WantedSensors } from '../tracks/whole-line.service.ts';
import { type ExportFormat, type ExportPart, exportParts } from './export.rules.ts';
import { writeGeoJson } from './formats/write-geojson.ts';
import { writeGpx } from './formats/write-gpx.ts';
import type { Writer, WrittenMarker } from './formats/writing.ts';

/** What sensors measured is in the rides. */
const kindsOf: Partial<Record<ExportPart, TrackRow['kind']>> = {
  plan: 'plan',
  rides: 'past',
  sensors: 'past',
  heart_rate: 'past',
};

const sensorsOf: Partial<Record<ExportPart, readonly SensorKind[]>> = {
  sensors: ['power', 'cadence', 'temperature'],
  heart_rate: ['heart_rate'],
};

const writers: Record<ExportFormat, Writer> = { gpx: writeGpx, geojson: writeGeoJson };

/** `include` names the parts of the journey. Without it the file has all of them, but nothing that sensors measured. */
type Export = { journeyId: string; include: readonly ExportPart[] | undefined; format: ExportFormat };

type JourneyFile = { name: string; pieces: AsyncIterable<string> };

/**
 * A journey as a file: all of the caller's own journey, and the lines of another as `getRoute` shows them, without names,
 * times and markers. Whether the caller sees the journey is decided before this returns. The rest is read as it is taken.
 */
export async function exportJourney(ctx: Ctx, input: Export): Promise<JourneyFile> {
  const { journeyId, include = exportParts, format } = input;
  requireScope(ctx, 'journeys:read');
  const kinds = [...new Set(include.flatMap((part) => kindsOf[part] ?? []))];
  const wanted = await wantedSensors(ctx, include);
  const { name, isMine, lines } = await openLines(ctx, journeyId, kinds, wanted);
  const markers = isMine && include.includes('markers') ? allMarkers(ctx, journeyId) : noMarkers();
  return {
    name: fileNameOf(name, format),
    pieces: writers[format]({ name, lines, markers, hasSensors: wanted !== undefined }),
  };
}

/** Heart rates are given out only in the rider's own session and after a recent login. */
async function wantedSensors(ctx: Ctx, include: readonly ExportPart[]): Promise<WantedSensors | undefined> {
  const kinds = new Set(include.flatMap((part) => sensorsOf[part] ?? []));
  if (kinds.size === 0) return undefined;
  if (!kinds.has('heart_rate')) return { kinds };
  const { userId } = requireScope(ctx, 'journeys:read');
  const key = await openHealthKey(ctx, { userId, purpose: 'heart_rate' }, 'read', [requireRecentLogin(ctx)]);
  return { kinds, openHeartRates: key && ((trackId, sealed) => openHealthData(key, trackId, sealed)) };
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
