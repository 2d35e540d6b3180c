import { z } from '@hono/zod-openapi';
import { NoNextCursor } from '../../http/pagination.ts';
import { BoundingBox, Day, integerText, numberText, roundDegrees } from '../../http/values.ts';
import type { CrowdMap as Counted } from './crowd.service.ts';

const maxDays = 366;
const dayMs = 24 * 60 * 60 * 1_000;

const days = {
  from: Day.optional().openapi({ description: 'The first day. Today by default.' }),
  to: Day.optional().openapi({
    description: 'The last day. 29 days after `from` by default. The period is at most 366 days long.',
  }),
};

const isValidPeriod = ({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean =>
  from === undefined || to === undefined || (from <= to && Date.parse(to) - Date.parse(from) < maxDays * dayMs);
const invalidPeriod = { path: ['to'], message: `Must not be before \`from\`. The period has at most ${maxDays} days.` };

export const discoverQuery = z
  .strictObject({
    bbox: BoundingBox.openapi({
      description:
        'The part of the map: `west,south,east,north` in degrees. If west is greater than east, the box crosses the antimeridian.',
    }),
    zoom: integerText({ min: 0, max: 22 }).optional().openapi({
      type: 'integer',
      minimum: 0,
      maximum: 22,
      default: 3,
      description:
        'The zoom level of a web map with tiles of 256 px. It decides how large the cells are: about 25 km from 7 on, 100 km from 4 on, and else 400 km.',
    }),
    ...days,
  })
  .refine(isValidPeriod, invalidPeriod);

export const nearbyPositionQuery = z
  .strictObject({
    lon: numberText({ min: -180, max: 180 }).openapi({
      description: 'The longitude of the position, in degrees.',
      example: 11.4,
    }),
    lat: numberText({ min: -90, max: 90 }).openapi({
      description: 'The latitude of the position, in degrees.',
      example: 47.27,
    }),
    radius_m: integerText({ min: 25_000, max: 500_000 }).optional().openapi({
      type: 'integer',
      minimum: 25_000,
      maximum: 500_000,
      default: 100_000,
      description: 'How far from the position to count, in metres.',
    }),
    ...days,
  })
  .refine(isValidPeriod, invalidPeriod);

const Crowd = z
  .object({
    bbox: z
      .array(z.number())
      .min(4)
      .max(4)
      .openapi({
        description: 'The cell: west, south, east, north, in degrees.',
        example: [11.25, 46.8, 11.58, 47.03],
      }),
    riders: z
      .int()
      .min(5)
      .openapi({ description: 'The number of riders, rounded down to a multiple of five.', example: 15 }),
  })
  .openapi('Crowd');

/** Cells with fewer than five riders are left out. */
export const CrowdMap = z
  .object({
    cell_size_m: z.int().openapi({ description: 'The approximate width and height of a cell.', example: 25_000 }),
    items: z.array(Crowd).openapi({ description: 'Cells with fewer than five riders are left out.' }),
    next_cursor: NoNextCursor,
  })
  .openapi('CrowdMap');

export const toCrowdMap = ({ cellSizeM, crowds }: Counted): z.infer<typeof CrowdMap> => ({
  cell_size_m: cellSizeM,
  items: crowds.map(({ box, riders }) => ({ bbox: box.map(roundDegrees), riders })),
  next_cursor: null,
});
