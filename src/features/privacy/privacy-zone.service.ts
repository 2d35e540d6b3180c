import { type CreateCtx, type Ctx, requireSession } from '../../context.ts';
import { commit, type Guard } from '../../db/commit.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import type { Position } from '../../lib/geodesy.ts';
import { requireAccount } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { lockJourneysOf } from '../presence/presence.guards.ts';
import { publishJourneysOf, readWaiting } from '../presence/presence.writes.ts';
import { finishPublishing } from '../presence/publishing.service.ts';
import { coverOf } from './cover.rules.ts';
import { tooManyZones, zoneNotFound } from './privacy.errors.ts';
import { requireOwnZone } from './privacy-zone.guards.ts';
import {
  deleteZone,
  hasRoom,
  insertZone,
  listZones,
  selectZone,
  updateZone,
  updateZonesChoice,
} from './privacy-zone.repository.ts';
import { type PrivacyZoneRow, privacyZones } from './privacy-zone.table.ts';

const maxZones = 20;

type NewZone = { id?: string | undefined; name: string; center: Position; radiusM: number };

/** Only the rider's own session may read or change zones. An API key may not, because zones reveal homes. */
const requireOwner = (ctx: Ctx): string => requireSession(ctx).userId;

/** No journey of the rider may be published while the zones change. */
const lockOwnerAndJourneys = (ownerId: string): Guard[] => [requireAccount(ownerId), lockJourneysOf(ownerId)];

const coverColumns = (ctx: Ctx, ownerId: string, center: Position, radiusM: number) => {
  const cover = coverOf(ctx.config.keys.zone, ownerId, center, radiusM);
  return { coverLongitude: cover.longitude, coverLatitude: cover.latitude, coverRadiusM: cover.radiusM };
};

export async function listMyZones(ctx: Ctx): Promise<PrivacyZoneRow[]> {
  return await listZones(ctx.db, requireOwner(ctx));
}

export async function getMyZone(ctx: Ctx, id: string): Promise<PrivacyZoneRow> {
  const [zone] = await selectZone(ctx.db, id, requireOwner(ctx));
  if (!zone) throw zoneNotFound();
  return zone;
}

/** A second call with the same id answers the existing zone. */
export async function createZone(ctx: CreateCtx, input: NewZone): Promise<PrivacyZoneRow> {
  const ownerId = requireOwner(ctx);
  const [id, now] = [input.id ?? ctx.newId(), ctx.now()];
  const [longitude, latitude] = input.center;
  const row: PrivacyZoneRow = {
    id,
    ownerId,
    name: input.name,
    longitude,
    latitude,
    radiusM: input.radiusM,
    ...coverColumns(ctx, ownerId, input.center, input.radiusM),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const {
    zone: [zone],
    waiting,
  } = await commit(ctx, {
    idempotency: ctx.remember?.([id]),
    guards: [
      ...lockOwnerAndJourneys(ownerId),
      { stage: 'state', condition: hasRoom(id, ownerId, maxZones), error: tooManyZones },
    ],
    writes: {
      insert: insertZone(ctx.db, row),
      zone: selectZone(ctx.db, id, ownerId),
      choice: updateZonesChoice(ctx.db, ownerId, now),
      audit: recordAudit(ctx, 'zones.create', { subjectId: id }),
    },
    presence: publishJourneysOf(ctx, ownerId),
    reads: { waiting: readWaiting(ctx, ownerId) },
  });
  if (!zone) throw zoneNotFound();
  if (waiting.length > 0) finishPublishing(ctx, ownerId);
  return zone;
}

type Changes = { name?: string | undefined; center?: Position | undefined; radiusM?: number | undefined };

export async function changeZone(
  ctx: Ctx,
  id: string,
  changes: Changes,
  expected?: ExpectedVersions,
): Promise<PrivacyZoneRow> {
  const ownerId = requireOwner(ctx);
  const [existing] = await selectZone(ctx.db, id, ownerId);
  if (!existing) throw zoneNotFound();
  const center: Position = changes.center ?? [existing.longitude, existing.latitude];
  const radiusM = changes.radiusM ?? existing.radiusM;
  const [longitude, latitude] = center;
  const moved = { longitude, latitude, radiusM, ...coverColumns(ctx, ownerId, center, radiusM) };
  const name = changes.name ?? existing.name;
  const {
    zone: [zone],
    waiting,
  } = await commit(ctx, {
    guards: [
      ...lockOwnerAndJourneys(ownerId),
      requireOwnZone(id, ownerId),
      ...requireVersion(privacyZones, id, expected, [privacyZones.ownerId, ownerId]),
      // The new zone is made from the row read above, which must not have changed since.
      ...requireVersion(privacyZones, id, [existing.version], [privacyZones.ownerId, ownerId]),
    ],
    writes: {
      zone: updateZone(ctx.db, id, ownerId, { name, ...moved }, ctx.now()),
      choice: updateZonesChoice(ctx.db, ownerId, ctx.now()),
      audit: recordAudit(ctx, 'zones.update', { subjectId: id }),
    },
    presence: publishJourneysOf(ctx, ownerId),
    reads: { waiting: readWaiting(ctx, ownerId) },
  });
  if (!zone) throw zoneNotFound();
  if (waiting.length > 0) finishPublishing(ctx, ownerId);
  return zone;
}

export async function removeZone(ctx: Ctx, id: string, expected?: ExpectedVersions): Promise<void> {
  const ownerId = requireOwner(ctx);
  const { waiting } = await commit(ctx, {
    guards: [
      ...lockOwnerAndJourneys(ownerId),
      requireOwnZone(id, ownerId),
      ...requireVersion(privacyZones, id, expected, [privacyZones.ownerId, ownerId]),
    ],
    writes: {
      zone: deleteZone(ctx.db, id, ownerId),
      choice: updateZonesChoice(ctx.db, ownerId, ctx.now()),
      audit: recordAudit(ctx, 'zones.delete', { subjectId: id }),
    },
    presence: publishJourneysOf(ctx, ownerId),
    reads: { waiting: readWaiting(ctx, ownerId) },
  });
  if (waiting.length > 0) finishPublishing(ctx, ownerId);
}
