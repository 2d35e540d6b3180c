import { type Creating, type Ctx, requireSession } from '../../context.ts';
import { commit, type Guard } from '../../db/commit.ts';
import { atVersion, type Expected } from '../../db/version.ts';
import type { Position } from '../../lib/geodesy.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { publicationOfAll } from '../discovery/presence.service.ts';
import { allJourneysLocked } from '../journeys/journey.service.ts';
import { accountThere } from '../users/user-admin.service.ts';
import { coverOf } from './cover.rules.ts';
import { tooManyZones, zoneIdTaken, zoneNotFound, zonesChoiceRequired, zonesThere } from './privacy.errors.ts';
import {
  deleteZone,
  hasChosen,
  hasNoZones,
  hasRoom,
  insertZone,
  listZones,
  selectZone,
  updateChoice,
  updateZone,
  zoneExists,
} from './privacy-zone.repository.ts';
import { type PrivacyZoneRow, privacyZones } from './privacy-zone.table.ts';

const mostZones = 20;

type NewZone = { id?: string | undefined; name: string; center: Position; radiusM: number };

/** Where a home is, is for its rider's own session alone: no key for scripts reads or moves it. */
const ownerOf = (ctx: Ctx): string => requireSession(ctx).userId;

/** Nothing of the rider's may be published while what is private changes; journeys are locked after their rider. */
const nothingMoves = (ownerId: string): Guard[] => [accountThere(ownerId), allJourneysLocked(ownerId)];

/** What was published is cut anew in the same commit. */
const publishedAnew = (ctx: Ctx, ownerId: string) =>
  [updateChoice(ctx.db, ownerId, ctx.now()), ...publicationOfAll(ctx, ownerId)] as const;

const coverColumns = (ctx: Ctx, ownerId: string, center: Position, radiusM: number) => {
  const cover = coverOf(ctx.config.keys.zone, ownerId, center, radiusM);
  return { coverLongitude: cover.longitude, coverLatitude: cover.latitude, coverRadiusM: cover.radiusM };
};

export async function listMyZones(ctx: Ctx): Promise<PrivacyZoneRow[]> {
  return await listZones(ctx.db, ownerOf(ctx));
}

/** Sent again with the same id, it answers with the zone that is there. */
export async function createZone(ctx: Creating<PrivacyZoneRow>, input: NewZone): Promise<PrivacyZoneRow> {
  const ownerId = ownerOf(ctx);
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
  // What is kept has to be known before: whether it is there already, sent without this key.
  const [there] = ctx.keep && input.id ? await selectZone(ctx.db, id, ownerId) : [];
  const [, [zone]] = await commit(ctx, {
    kept: await ctx.keep?.(there ?? row),
    guards: [...nothingMoves(ownerId), { condition: hasRoom(id, ownerId, mostZones), error: tooManyZones }],
    statements: [
      insertZone(ctx.db, row),
      selectZone(ctx.db, id, ownerId),
      ...publishedAnew(ctx, ownerId),
      auditEntry(ctx, 'zones.create', { subjectId: id }),
    ],
    outcome: [{ condition: zoneExists(id, ownerId), error: zoneIdTaken }],
  });
  if (!zone) throw zoneIdTaken();
  return zone;
}

type Changes = { name?: string | undefined; center?: Position | undefined; radiusM?: number | undefined };

export async function changeZone(ctx: Ctx, id: string, changes: Changes, expected?: Expected): Promise<PrivacyZoneRow> {
  const ownerId = ownerOf(ctx);
  const [there] = await selectZone(ctx.db, id, ownerId);
  if (!there) throw zoneNotFound();
  const center: Position = changes.center ?? [there.longitude, there.latitude];
  const radiusM = changes.radiusM ?? there.radiusM;
  const [longitude, latitude] = center;
  const moved = { longitude, latitude, radiusM, ...coverColumns(ctx, ownerId, center, radiusM) };
  const name = changes.name ?? there.name;
  const [[zone]] = await commit(ctx, {
    guards: [
      ...nothingMoves(ownerId),
      { condition: zoneExists(id, ownerId), error: zoneNotFound },
      ...atVersion(privacyZones, id, expected),
      // What it is made from must not have changed since it was read.
      ...atVersion(privacyZones, id, [there.version]),
    ],
    statements: [
      updateZone(ctx.db, id, ownerId, { name, ...moved }, ctx.now()),
      ...publishedAnew(ctx, ownerId),
      auditEntry(ctx, 'zones.update', { subjectId: id }),
    ],
  });
  if (!zone) throw zoneNotFound();
  return zone;
}

export async function removeZone(ctx: Ctx, id: string, expected?: Expected): Promise<void> {
  const ownerId = ownerOf(ctx);
  await commit(ctx, {
    guards: [
      ...nothingMoves(ownerId),
      { condition: zoneExists(id, ownerId), error: zoneNotFound },
      ...atVersion(privacyZones, id, expected),
    ],
    statements: [
      deleteZone(ctx.db, id, ownerId),
      ...publishedAnew(ctx, ownerId),
      auditEntry(ctx, 'zones.delete', { subjectId: id }),
    ],
  });
}

/** For the commits that make a journey visible: its rider has said what is private. */
export const zonesChosen = (ownerId: string): Guard => ({
  condition: hasChosen(ownerId),
  error: zonesChoiceRequired,
});

/** For the commit in which a rider says that they need no zone. */
export const noZonesThere = (ownerId: string): Guard => ({ condition: hasNoZones(ownerId), error: zonesThere });
