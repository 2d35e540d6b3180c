import { z } from '@hono/zod-openapi';
import { orNull, roundDegrees } from '../../http/values.ts';
import { Days, GridPosition } from './encounter.schemas.ts';
import type { ItineraryPart } from './itinerary.service.ts';

const Places = z.object({ type: z.literal('MultiPoint'), coordinates: z.array(GridPosition) }).openapi('GeoMultiPoint');

const Part = z
  .object({
    days: orNull(Days).openapi({
      description:
        'One day for you and for connected riders. Three approximate days for other riders. Null for a part without a day.',
    }),
    places: Places.openapi({ description: 'The centres of cells of the 25 km grid, in no particular order.' }),
  })
  .openapi('ItineraryPart');

export const Itinerary = z
  .object({
    items: z.array(Part),
  })
  .openapi('Itinerary');

export const toItinerary = (parts: readonly ItineraryPart[]): z.infer<typeof Itinerary> => ({
  items: parts.map(({ days, places }) => ({
    days: days ?? null,
    places: { type: 'MultiPoint', coordinates: places.map((position) => position.map(roundDegrees)) },
  })),
});
