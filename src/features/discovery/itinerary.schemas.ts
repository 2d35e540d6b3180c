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
            'One day for you and for connected riders. Three approximate days for other riders. Null for a part without a day.',
        }),
        places: z
          .object({ type: z.literal('MultiPoint'), coordinates: z.array(GridPosition) })
          .openapi({ description: 'The centres of cells of the 25 km grid, in no particular order.' }),
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
