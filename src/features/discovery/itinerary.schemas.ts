import { z } from '@hono/zod-openapi';
import { roundDegrees } from '../../http/values.ts';
import { Days, GridPosition } from './encounter.schemas.ts';
import type { ItineraryPart } from './itinerary.service.ts';

export const Itinerary = z
  .object({
    items: z.array(
      z.object({
        days: Days.nullable().openapi({
          description:
            'One day for myself and for who is in touch with me. For others three days, and only about when; null for what has no day.',
        }),
        places: z
          .object({ type: z.literal('MultiPoint'), coordinates: z.array(GridPosition) })
          .openapi({ description: 'Middles of the cells of the 25 km grid, in no order.' }),
      }),
    ),
  })
  .openapi('Itinerary');

export const toItinerary = (parts: readonly ItineraryPart[]): z.infer<typeof Itinerary> => ({
  items: parts.map(({ days, places }) => ({
    days: days ?? null,
    places: { type: 'MultiPoint', coordinates: places.map((position) => position.map(roundDegrees)) },
  })),
});
