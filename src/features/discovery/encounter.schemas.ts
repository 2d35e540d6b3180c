import { z } from '@hono/zod-openapi';
import { Day, Id, integerText, roundDegrees } from '../../http/values.ts';
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
  .openapi({ example: [16.2, 48.2625] });

export const Days = z.object({ from: Day, to: Day });

/** What a rider may know of another who comes near: the place on the rider's own route, rough days, and the band. */
export const Encounter = z
  .object({
    encounter_id: Id,
    distance_band_m: z
      .int()
      .openapi({ example: 25_000, description: 'The other rider comes within this distance at the nearest place.' }),
    stretch: z.object({ type: z.literal('LineString'), coordinates: z.array(GridPosition).min(2) }).openapi({
      description:
        'The part of your route where you come near each other, drawn on the 25 km grid. At least 50 km long.',
    }),
    my_days: Days.nullable().openapi({ description: 'The days on which you are there.' }),
    their_days: Days.nullable().openapi({
      description: 'The approximate days on which the other rider is there. Null if the journey has no days.',
    }),
    journey: z
      .object({ id: Id, name: z.string().openapi({ example: 'Danube, source to sea' }) })
      .nullable()
      .openapi({ description: 'Null unless the journey is public or you are connected with its rider.' }),
    rider: z
      .object({ id: Id, name: z.string().openapi({ example: 'Anna Berger' }) })
      .nullable()
      .openapi({ description: 'Null unless the journey is public or you are connected with the rider.' }),
  })
  .openapi('Encounter');

export const EncounterPage = z
  .object({ items: z.array(Encounter), next_cursor: z.string().nullable().openapi({ example: null }) })
  .openapi('EncounterPage');

export const toEncounter = (view: View): z.infer<typeof Encounter> => ({
  encounter_id: view.id,
  distance_band_m: view.distanceBandM,
  stretch: { type: 'LineString', coordinates: view.stretch.map((position) => position.map(roundDegrees)) },
  my_days: view.myDays ?? null,
  their_days: view.theirDays ?? null,
  journey: view.journey,
  rider: view.rider,
});
