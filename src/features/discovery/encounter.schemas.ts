import { z } from '@hono/zod-openapi';
import { onePageOf } from '../../http/pagination.ts';
import { Day, Id, integerText, orNull, roundDegrees } from '../../http/values.ts';
import { type Crossing, cutAtAntimeridian } from '../../lib/antimeridian.ts';
import type { Position } from '../../lib/geodesy.ts';
import type { Encounter as View } from './encounter.service.ts';

export const nearbyQuery = z.strictObject({
  radius_m: integerText({ min: 25_000, max: 500_000 }).optional().openapi({
    type: 'integer',
    minimum: 25_000,
    maximum: 500_000,
    default: 100_000,
    description: 'How near the other rider must come to your route, in metres.',
  }),
  window_days: integerText({ min: 0, max: 366 }).optional().openapi({
    type: 'integer',
    minimum: 0,
    maximum: 366,
    default: 7,
    description:
      'How many days may lie between you and the other rider at the same place. The days of others are approximate, so this is approximate too.',
  }),
  when: z.enum(['window', 'any']).optional().openapi({
    default: 'window',
    description:
      '`window`: only riders whose days are near yours. `any`: riders on any days, and `window_days` does not count.',
  }),
  limit: integerText({ min: 1, max: 50 }).optional().openapi({
    type: 'integer',
    minimum: 1,
    maximum: 50,
    default: 50,
    description: 'The maximum number of encounters. A search has no second page.',
  }),
});

export const GridPosition = z
  .array(z.number())
  .min(2)
  .max(2)
  .openapi({ description: 'The longitude and the latitude of the centre of a cell.', example: [16.2, 48.2625] });

export const Days = z
  .object({
    from: Day.openapi({ description: 'The first day.' }),
    to: Day.openapi({ description: 'The last day.' }),
  })
  .openapi('DayRange');

const StretchLine = z
  .object({ type: z.literal('LineString'), coordinates: z.array(GridPosition).min(2) })
  .openapi('EncounterLineString');
const StretchLines = z
  .object({ type: z.literal('MultiLineString'), coordinates: z.array(z.array(GridPosition).min(2)) })
  .openapi('EncounterMultiLineString');

/** RFC 7946: one line, or several if the stretch crosses the antimeridian. */
const Stretch = z.discriminatedUnion('type', [StretchLine, StretchLines]).openapi('EncounterStretch');

const EncounterJourney = z
  .object({ id: Id, name: z.string().openapi({ example: 'Danube, source to sea' }) })
  .openapi('EncounterJourney');

const EncounterRider = z
  .object({ id: Id, name: z.string().openapi({ example: 'Bogdan Ionescu' }) })
  .openapi('EncounterRider');

/** What a rider may know of another who comes near: the place on the rider's own route, rough days, and the band. */
export const Encounter = z
  .object({
    encounter_id: Id.openapi({
      description: 'The same in each search. With it you ask the rider to connect, block or report them.',
    }),
    distance_band_m: z.int().openapi({
      example: 25_000,
      description: 'How near the other rider comes, in metres, rounded up: 25, 50, 100, 200 or 500 km.',
    }),
    stretch: Stretch.openapi({
      description:
        'The part of your route where you come near each other, drawn on the 25 km grid. At least 50 km long, and cut where it crosses the antimeridian.',
    }),
    my_days: orNull(Days).openapi({ description: 'The days on which you are there.' }),
    their_days: orNull(Days).openapi({
      description: 'The approximate days on which the other rider is there. Null if the journey has no days.',
    }),
    journey: orNull(EncounterJourney).openapi({
      description: 'Null unless the journey is public or you are connected with its rider by it.',
    }),
    rider: orNull(EncounterRider).openapi({
      description: 'Null unless the journey is public or you are connected with the rider by it.',
    }),
  })
  .openapi('Encounter');

export const EncounterPage = onePageOf('EncounterPage', Encounter);

function toStretch(line: readonly Position[]): z.infer<typeof Stretch> {
  const uncrossed = cutAtAntimeridian({ dimensions: 2, coordinates: Float64Array.from(line.flat()) });
  const parts = uncrossed.map(({ from, to, before, after }) =>
    [...positionsOf(before), ...line.slice(from, to), ...positionsOf(after)].map((position) =>
      position.map(roundDegrees),
    ),
  );
  const [first = [], ...others] = parts;
  return others.length > 0
    ? { type: 'MultiLineString', coordinates: parts }
    : { type: 'LineString', coordinates: first };
}

const positionsOf = (crossing: Crossing | undefined): Position[] =>
  crossing ? [[crossing.longitude, crossing.latitude]] : [];

export const toEncounter = (view: View): z.infer<typeof Encounter> => ({
  encounter_id: view.id,
  distance_band_m: view.distanceBandM,
  stretch: toStretch(view.stretch),
  my_days: view.myDays ?? null,
  their_days: view.theirDays ?? null,
  journey: view.journey,
  rider: view.rider,
});
