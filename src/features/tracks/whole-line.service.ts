import { type Ctx, requireScope } from '../../context.ts';
import { readTogether } from '../../db/parts.ts';
import { type LinePart, readLineParts, readNumbers, readTimes } from '../../lib/binary-columns.ts';
import type { Viewer } from '../audience/audience.rules.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import type { SensorValues } from './sensor.rules.ts';
import type { SensorKind } from './sensor.table.ts';
import type { TrackRow } from './track.table.ts';
import { selectOwnIndex, selectSeenJourney, selectWholeLines, type WholeLineRow } from './whole-line.repository.ts';

type Kind = TrackRow['kind'];

/** A line with all points that the caller sees. The parts of a ride have times if its file had any. */
export type WholeLine = {
  id: string;
  kind: Kind;
  name: string | null;
  parts: readonly (LinePart & { recordedAtMs: Float64Array | undefined; measured: SensorValues })[];
};

/** The sensors that the owner wants, and how their heart rates are decrypted; without that there are none. */
export type WantedSensors = {
  kinds: ReadonlySet<SensorKind>;
  openHeartRates?: ((trackId: string, sealed: Uint8Array) => Promise<Uint8Array | undefined>) | undefined;
};

type OpenJourney = { name: string; isMine: boolean; lines: AsyncGenerator<WholeLine, void> };

/** The points that one round trip fetches, unless a single line has more. */
const pointsPerTrip = 100_000;

/**
 * All lines of a journey that the caller sees, as in `getRoute`. Whether the caller sees the journey is decided before
 * this returns. The lines are fetched as they are taken, so that never more than some of them are in memory.
 */
export async function openLines(
  ctx: Ctx,
  journeyId: string,
  kinds: readonly Kind[],
  wanted?: WantedSensors,
): Promise<OpenJourney> {
  const viewer: Viewer = { viewerId: requireScope(ctx, 'journeys:read').userId, viewedAs: null };
  const {
    journey: [journey],
    index,
  } = await readTogether(ctx.db, {
    journey: selectSeenJourney(ctx.db, { id: journeyId, ...viewer }),
    index: selectOwnIndex(ctx.db, { journeyId, ownerId: viewer.viewerId }),
  });
  if (!journey) throw journeyNotFound();
  const isMine = journey.audience === 'owner';
  // Others get one line of each kind, which only the query that cuts it knows.
  const batchesOf = (kind: Kind) => (isMine ? batches(index.filter((line) => line.kind === kind)) : [undefined]);
  const hasSensors = isMine && wanted ? (true as const) : undefined;
  const query = { ...viewer, journeyId, now: ctx.now(), hasSensors };

  async function* readLines() {
    for (const kind of kinds) {
      for (const ids of batchesOf(kind)) {
        const { rows } = await selectWholeLines(ctx.db, { ...query, kind, ids });
        for (const row of rows) yield toWholeLine(kind, row, wanted ? await readSensors(row, wanted) : {});
      }
    }
  }
  return { name: journey.name, isMine, lines: readLines() };
}

/** The ids of consecutive lines that one round trip fetches together. */
function batches(index: readonly { id: string; pointCount: number }[]): string[][] {
  const found: string[][] = [];
  let points = Number.POSITIVE_INFINITY;
  for (const { id, pointCount } of index) {
    points += pointCount;
    if (points <= pointsPerTrip) found.at(-1)?.push(id);
    else {
      found.push([id]);
      points = pointCount;
    }
  }
  return found;
}

/** The values of the wanted sensors of a whole line. */
async function readSensors(row: WholeLineRow, { kinds, openHeartRates }: WantedSensors): Promise<SensorValues> {
  const numbersOf = (kind: SensorKind, base64: string | null) =>
    kinds.has(kind) && base64 ? readNumbers(base64) : undefined;
  const rates =
    openHeartRates && row.heart_rate && (await openHeartRates(row.id, Uint8Array.fromBase64(row.heart_rate)));
  return {
    power: numbersOf('power', row.power_w),
    cadence: numbersOf('cadence', row.cadence_rpm),
    temperature: numbersOf('temperature', row.temperature_c),
    heart_rate: rates ? Float64Array.from(rates, (rate) => rate || Number.NaN) : undefined,
  };
}

function toWholeLine(kind: Kind, { id, name, line, recorded_at }: WholeLineRow, measured: SensorValues): WholeLine {
  const times = recorded_at === null ? undefined : readTimes(recorded_at);
  let from = 0;
  const parts = readLineParts(line).map((part) => {
    const to = from + part.coordinates.length / part.dimensions;
    const recordedAtMs = times?.subarray(from, to);
    const own = Object.fromEntries(
      Object.entries(measured).map(([kind, values]) => [kind, values?.subarray(from, to)]),
    );
    from = to;
    return { ...part, recordedAtMs, measured: own };
  });
  return { id, kind, name, parts };
}
