import { z } from '@hono/zod-openapi';
import { onePageOf } from '../../http/pagination.ts';
import { Id, Point, UtcTime, Version } from '../../http/values.ts';
import { zoneRadiusM } from './cover.rules.ts';
import type { PrivacyZoneRow } from './privacy-zone.table.ts';

export const zoneParams = z.object({ id: Id.openapi({ description: 'The id of the privacy zone.' }) });

const Name = z.string().trim().min(1).max(100).openapi({ description: 'Only you see it.', example: 'Home' });
const Radius = z
  .int()
  .min(zoneRadiusM.min)
  .max(zoneRadiusM.max)
  .openapi({ description: 'In metres. What others do not see is wider.', example: zoneRadiusM.default });

export const NewPrivacyZone = z
  .strictObject({
    id: Id.optional().openapi({ description: 'An id of your own, which makes a retry safe.' }),
    name: Name,
    coordinates: Point,
    radius_m: Radius.default(zoneRadiusM.default),
  })
  .openapi('NewPrivacyZone');

export const PrivacyZoneChanges = z
  .strictObject({ name: Name.optional(), coordinates: Point.optional(), radius_m: Radius.optional() })
  .openapi('PrivacyZoneChanges');

/** The zone as the rider drew it. The cover, which is cut out for others, is never sent. */
export const PrivacyZone = z
  .object({
    id: Id,
    name: Name,
    coordinates: Point,
    radius_m: Radius,
    version: Version,
    created_at: UtcTime,
    updated_at: UtcTime,
  })
  .openapi('PrivacyZone');

export const PrivacyZonePage = onePageOf('PrivacyZonePage', PrivacyZone);

export const toPrivacyZone = (row: PrivacyZoneRow): z.infer<typeof PrivacyZone> => ({
  id: row.id,
  name: row.name,
  coordinates: { type: 'Point', coordinates: [row.longitude, row.latitude] },
  radius_m: row.radiusM,
  version: row.version,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});
