import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, orNull, UtcTime, Version } from '../../http/values.ts';
import { roundMetres } from '../../lib/geodesy.ts';
import { journeyParams } from '../journeys/journey.schemas.ts';
import { trackKinds } from '../tracks/track.table.ts';
import type { Import } from './import.repository.ts';
import { leftOutCodes } from './import.table.ts';

export const importParams = journeyParams.extend({ import_id: Id.openapi({ description: 'The id of the import.' }) });

export const importListQuery = z.strictObject(pageQuery);

export const importQuery = z.strictObject({
  as: z
    .enum(trackKinds)
    .openapi({ description: '`plan`: a route to ride. `past`: a recorded ride. The markers get the same type.' }),
});

const LeftOutPart = z
  .object({
    code: z.union([z.enum(leftOutCodes).openapi('LeftOutCode'), z.string()]).openapi({
      description: 'The kind of thing. `docs/files.md` explains the codes, and more may come.',
      example: 'time_unreadable',
    }),
    where: z.string().openapi({ example: 'track 2, segment 1, point 7', description: 'The first place, or `file`.' }),
    count: z.int().openapi({ example: 22_000, description: 'How many there are in the file.' }),
    why: z.string().openapi({
      example: 'A time is a date with a time of day, such as 2026-06-01T08:00:00Z. Found: "yesterday".',
    }),
  })
  .openapi('LeftOutPart');

const ImportedDays = z
  .object({
    count: z.int().openapi({ example: 3 }),
    clocks: z.array(z.string()).openapi({
      example: ['Europe/Vienna'],
      description: 'The clocks by which days were counted: offsets in the file, else time zones of the places.',
    }),
  })
  .openapi('ImportedDays');

const fields = {
  id: Id,
  as: z.enum(trackKinds).openapi({ description: '`plan`: a route to ride. `past`: a recorded ride.' }),
  tracks: z.int().openapi({ description: 'The number of lines that were added to the journey.', example: 1 }),
  markers: z.int().openapi({ description: 'The number of markers that were added.', example: 12 }),
  points_read: z
    .int()
    .openapi({ description: 'The number of points of the tracks and routes in the file.', example: 22_719 }),
  points_kept: z.int().openapi({ description: 'The number of points of the lines.', example: 22_719 }),
  left_out: z.array(LeftOutPart).openapi({ description: 'What was left out or changed, one entry for each kind.' }),
  days: orNull(ImportedDays).openapi({ description: 'The days of a ride. Null for a plan, and without times.' }),
  distance_m: z
    .number()
    .openapi({ description: 'The length of all lines of the file, in metres.', example: 4_339_000 }),
  ascent_m: z
    .number()
    .nullable()
    .openapi({ description: 'In metres. Null if the file had no elevations.', example: 57_000 }),
  version: Version,
  created_at: UtcTime.openapi({ description: 'When the file came, or the file that replaced it.' }),
};

export const JourneyImport = z.object(fields).openapi('JourneyImport');

export const JourneyImportPage = pageOf('JourneyImportPage', JourneyImport);

export const Receipt = z
  .object({
    ...fields,
    already_imported: z.boolean().openapi({
      description:
        'Whether the journey had this file already. Then nothing was added, and this is its existing import.',
      example: false,
    }),
  })
  .openapi('ImportReceipt');

export const toJourneyImport = ({ id, kind, receipt, version, createdAt }: Import): z.infer<typeof JourneyImport> => ({
  id,
  as: kind,
  tracks: receipt.tracks,
  markers: receipt.markers,
  points_read: receipt.pointsRead,
  points_kept: receipt.pointsKept,
  left_out: receipt.leftOut.map(({ code, where, count, why }) => ({ code, where, count, why })),
  days: receipt.days && { count: receipt.days.count, clocks: [...receipt.days.clocks] },
  distance_m: roundMetres(receipt.distanceM),
  ascent_m: receipt.ascentM === null ? null : roundMetres(receipt.ascentM),
  version,
  created_at: createdAt.toISOString(),
});

export const toReceipt = (imported: Import & { isNew: boolean }): z.infer<typeof Receipt> => ({
  ...toJourneyImport(imported),
  already_imported: !imported.isNew,
});
