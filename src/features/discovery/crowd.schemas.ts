import { z } from '@hono/zod-openapi';
import { BoundingBox, Day, integerText, numberText, roundDegrees } from '../../http/values.ts';
import type { CrowdMap as Counted } from './crowd.service.ts';

const maxDays = 366;
const dayMs = 24 * 60 * 60 * 1_000;

const days = {
  from: Day.optional().openapi({ description: 'Today, where it is not said.' }),
  to: Day.optional().openapi({ description: '29 days after `from`, where it is not said; at most 366 days.' }),
};

const isSpan = ({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean =>
  from === undefined || to === undefined || (from <= to && Date.parse(to) - Date.parse(from) < maxDays * dayMs);
const span = { path: ['to'], message: `Not before \`from\`, and no more than ${maxDays} days are wanted.` };

export const discoverQuery = z
  .strictObject({
    bbox: BoundingBox.openapi({ description: '`west,south,east,north`; west greater than east crosses 180°.' }),
    zoom: integerText({ min: 0, max: 22 }).optional().openapi({
      type: 'integer',
      minimum: 0,
      maximum: 22,
      default: 3,
      description: 'Of a web map with tiles of 256 px.',
    }),
    ...days,
  })
  .refine(isSpan, span);

export const nearbyPositionQuery = z
  .strictObject({
    lon: numberText({ min: -180, max: 180 }).openapi({ example: 11.4 }),
    lat: numberText({ min: -90, max: 90 }).openapi({ example: 47.27 }),
    radius_m: integerText({ min: 25_000, max: 500_000 })
      .optional()
      .openapi({ type: 'integer', minimum: 25_000, maximum: 500_000, default: 100_000 }),
    ...days,
  })
  .refine(isSpan, span);

const Crowd = z.object({
  bbox: z
    .array(z.number())
    .min(4)
    .max(4)
    .openapi({ description: 'The cell: west, south, east, north.', example: [11.25, 46.8, 11.58, 47.03] }),
  riders: z.int().min(5).openapi({ description: 'So many at least, in steps of five.', example: 15 }),
});

/** Cells with fewer than five riders are left out. */
export const CrowdMap = z
  .object({
    cell_size_m: z.int().openapi({ description: 'About how wide and high a cell is.', example: 25_000 }),
    items: z.array(Crowd),
    next_cursor: z.string().nullable().openapi({ example: null }),
  })
  .openapi('CrowdMap');

export const toCrowdMap = ({ cellSizeM, crowds }: Counted): z.infer<typeof CrowdMap> => ({
  cell_size_m: cellSizeM,
  items: crowds.map(({ box, riders }) => ({ bbox: box.map(roundDegrees), riders })),
  next_cursor: null,
});
