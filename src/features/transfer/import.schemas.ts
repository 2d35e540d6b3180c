import { z } from '@hono/zod-openapi';
import { Id } from '../../http/values.ts';
import { roundMetres } from '../../lib/geodesy.ts';
import { trackKinds } from '../tracks/track.table.ts';
import type { ImportReceipt } from './import.table.ts';

export const importQuery = z.strictObject({
  as: z
    .enum(trackKinds)
    .openapi({ description: '`plan`: a route to ride. `past`: a recorded ride. The markers get the same type.' }),
});

const LeftOutPart = z
  .object({
    where: z.string().openapi({ example: 'track 2', description: 'The place in the file, or `file`.' }),
    why: z.string().openapi({ example: 'it has no segment' }),
  })
  .openapi('LeftOutPart');

export const Receipt = z
  .object({
    id: Id,
    tracks: z.int().openapi({ description: 'The number of lines that were added to the journey.', example: 1 }),
    markers: z.int().openapi({ description: 'The number of markers that were added.', example: 12 }),
    points_read: z
      .int()
      .openapi({ description: 'The number of points of the tracks and routes in the file.', example: 22_719 }),
    points_kept: z.int().openapi({ description: 'The number of points of the lines.', example: 22_719 }),
    left_out: z
      .array(LeftOutPart)
      .openapi({ description: 'The parts of the file that were left out, shortened or given a name.' }),
    distance_m: z
      .number()
      .openapi({ description: 'The length of all lines of the file, in metres.', example: 4_339_000 }),
    ascent_m: z
      .number()
      .nullable()
      .openapi({ description: 'In metres. Null if the file had no elevations.', example: 57_000 }),
  })
  .openapi('ImportReceipt');

export const toReceipt = (receipt: ImportReceipt): z.infer<typeof Receipt> => ({
  id: receipt.id,
  tracks: receipt.tracks,
  markers: receipt.markers,
  points_read: receipt.pointsRead,
  points_kept: receipt.pointsKept,
  left_out: receipt.leftOut.map(({ where, why }) => ({ where, why })),
  distance_m: roundMetres(receipt.distanceM),
  ascent_m: receipt.ascentM === null ? null : roundMetres(receipt.ascentM),
});
