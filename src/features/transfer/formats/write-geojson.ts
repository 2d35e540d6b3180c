import { type Crossing, cutAtAntimeridian, type UncrossedPart } from '../../../lib/antimeridian.ts';
import {
  pointsPerPiece,
  type WrittenJourney,
  type WrittenLine,
  type WrittenMarker,
  type WrittenPart,
  writeDecimal,
  writeTime,
} from './writing.ts';

/** Writes a FeatureCollection (RFC 7946). Lines are cut at the antimeridian. */
export async function* writeGeoJson({ name, markers, lines }: WrittenJourney): AsyncGenerator<string, void> {
  yield `{"type":"FeatureCollection","name":${JSON.stringify(name)},"features":[`;
  let separator = '\n';
  for await (const marker of markers) {
    yield separator + writeMarker(marker);
    separator = ',\n';
  }
  for await (const line of lines) {
    yield separator;
    yield* writeLine(line);
    separator = ',\n';
  }
  yield '\n]}\n';
}

function writeMarker({ id, position, elevationM, markerType, name, notes, at }: WrittenMarker): string {
  const time = at === null ? null : writeTime(at.getTime());
  return JSON.stringify({
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: elevationM === null ? position : [...position, elevationM] },
    properties: {
      kind: 'marker',
      name,
      notes,
      marker_type: markerType,
      timestamp: markerType === 'past' ? time : null,
      estimated_time: markerType === 'plan' ? time : null,
    },
  });
}

type Piece = WrittenPart & UncrossedPart;

/** How a point of a line, and one on the antimeridian, is written. */
type Columns = { point: (piece: Piece, index: number) => string; crossing: (crossing: Crossing) => string };

const positions: Columns = {
  point({ dimensions, coordinates }, index) {
    const [longitude = 0, latitude = 0] = [coordinates[index * dimensions], coordinates[index * dimensions + 1]];
    return writePosition(longitude, latitude, dimensions === 3 ? coordinates[index * dimensions + 2] : undefined);
  },
  crossing: ({ longitude, latitude, elevationM }) => writePosition(longitude, latitude, elevationM),
};

const times: Columns = {
  point({ recordedAtMs }, index) {
    const ms = recordedAtMs?.[index];
    return ms === undefined ? 'null' : `"${writeTime(ms)}"`;
  },
  crossing: () => 'null',
};

function* writeLine({ id, kind, name, parts }: WrittenLine): Generator<string, void> {
  const pieces = parts.flatMap((part) => cutAtAntimeridian(part).map((cut) => ({ ...part, ...cut })));
  const hasTimes = parts.some(({ recordedAtMs }) => recordedAtMs !== undefined);
  yield `{"type":"Feature","id":"${id}","geometry":{"type":"MultiLineString","coordinates":`;
  yield* writeLists(pieces, positions);
  yield `},"properties":{"kind":"${kind}","name":${JSON.stringify(name)},"coordTimes":`;
  if (hasTimes) yield* writeLists(pieces, times);
  else yield 'null';
  yield '}}';
}

/** A list for each piece, with an entry for each of its points. */
function* writeLists(pieces: readonly Piece[], { point, crossing }: Columns): Generator<string, void> {
  let text = '[';
  for (const [number, piece] of pieces.entries()) {
    const { from, to, before, after } = piece;
    text += number === 0 ? '[' : ',[';
    if (before) text += `${crossing(before)},`;
    for (let index = from; index < to; index++) {
      if (index > from) text += ',';
      text += point(piece, index);
      if (index % pointsPerPiece > 0) continue;
      yield text;
      text = '';
    }
    text += after ? `,${crossing(after)}]` : ']';
  }
  yield `${text}]`;
}

const writePosition = (longitude: number, latitude: number, elevationM: number | undefined): string =>
  `[${writeDecimal(longitude)},${writeDecimal(latitude)}${elevationM === undefined ? '' : `,${writeDecimal(elevationM)}`}]`;
