import { and, count, desc, eq, gt, inArray, isNotNull, lt, lte, not, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { hasBlocked, isOtherShown, joinsOtherRider } from '../audience/audience.predicates.ts';
import { connections } from '../connections/connection.table.ts';
import { digestEncounters } from '../discovery/digest-encounter.table.ts';
import { journeys } from '../journeys/journey.table.ts';
import { outbox } from '../mail/outbox.table.ts';
import { users } from '../users/user.table.ts';
import { type NotificationRow, notifications } from './notification.table.ts';

type NewNotification = Pick<NotificationRow, 'id' | 'riderId' | 'kind' | 'connectionId' | 'createdAt'>;

/** One notification per connection, rider and kind: inserting it again makes it unread and new again. */
export const insertNotification = (
  db: Db,
  { id, riderId, kind, connectionId, createdAt }: NewNotification,
  condition = sql`true`,
) =>
  db.execute(sql`
    insert into ${notifications} (id, rider_id, kind, connection_id, created_at)
    select ${id}, ${riderId}, ${kind}, ${connectionId}, ${createdAt.toISOString()} where ${condition}
    on conflict (connection_id, rider_id, kind)
      do update set id = excluded.id, is_read = false, created_at = excluded.created_at`);

type JourneyNotification = { id: string; journeyId: string };

/** Inserts them where the digest is in the outbox. A journey that has been deleted meanwhile gets no notification. */
export function insertRidersNear(
  db: Db,
  riderId: string,
  drafts: readonly JourneyNotification[],
  mailId: string,
  now: Date,
) {
  const uuids = (ids: readonly string[]): SQL => sql`${sql.param(`{${ids.join(',')}}`)}::uuid[]`;
  return db.execute(sql`
    insert into ${notifications} (id, rider_id, kind, journey_id, created_at)
    select n.id, ${riderId}, 'riders_near', j.id, ${now.toISOString()}
    from unnest(${uuids(drafts.map(({ id }) => id))}, ${uuids(drafts.map(({ journeyId }) => journeyId))}) n (id, journey_id)
      join ${journeys} j on j.id = n.journey_id
    where exists (select from ${outbox} where id = ${mailId})
    for key share of j`);
}

/** Deletes all but the newest `max`. Without a lock of the rider two commits at once could leave more. */
export const deleteOldest = (db: Db, riderId: string, max: number) =>
  db.execute(sql`
    delete from ${notifications} where rider_id = ${riderId} and id < (
      select id from ${notifications} where rider_id = ${riderId} order by id desc limit 1 offset ${max - 1})`);

/**
 * The rider's journey still takes part in discovery, and at least one of the riders that digests have reported for it
 * is still visible to the rider.
 */
const areStillNear = (riderId: string): SQL => sql`exists (
  select from ${journeys} m join ${users} me on me.id = m.owner_id and me.takes_part
    join ${digestEncounters} t on t.journey_no = m.no
    join ${journeys} o on o.no = t.other_no and o.visibility <> 'private'
    join ${users} u on u.id = o.owner_id and u.takes_part
  where m.id = ${notifications.journeyId} and m.visibility <> 'private' and not ${hasBlocked(sql`u.id`, riderId)})`;

/** Joins the other rider to the connection of a notification, where the rider sees what the connection shows of the other. */
const joinsShownRider = (riderId: string) => and(joinsOtherRider(riderId), isOtherShown(riderId));

/**
 * In a query that joins the connection and the other rider: a notification shows only what the rider may see anyway.
 */
const isShown = (riderId: string, since: Date) =>
  and(
    eq(notifications.riderId, riderId),
    gt(notifications.createdAt, since),
    or(
      and(isNotNull(users.id), eq(notifications.kind, 'connection_requested'), eq(connections.addresseeId, riderId)),
      and(
        isNotNull(users.id),
        eq(notifications.kind, 'connection_accepted'),
        eq(connections.requesterId, riderId),
        eq(connections.state, 'accepted'),
      ),
      and(eq(notifications.kind, 'riders_near'), areStillNear(riderId)),
    ),
  );

type Position = { beforeId: string | undefined; limit: number };

export type NotificationRecord = Awaited<ReturnType<typeof selectNotifications>>[number];

/** Newest first. */
export const selectNotifications = (db: Db, riderId: string, since: Date, { beforeId, limit }: Position) =>
  db
    .select({
      notification: notifications,
      connection: connections,
      other: { id: users.id, name: users.name, email: users.email },
    })
    .from(notifications)
    .leftJoin(connections, eq(connections.id, notifications.connectionId))
    .leftJoin(users, joinsShownRider(riderId))
    .where(and(isShown(riderId, since), beforeId === undefined ? undefined : lt(notifications.id, beforeId)))
    .orderBy(desc(notifications.id))
    .limit(limit);

export const selectUnreadCount = (db: Db, riderId: string, since: Date) =>
  db
    .select({ unread: count() })
    .from(notifications)
    .leftJoin(connections, eq(connections.id, notifications.connectionId))
    .leftJoin(users, joinsShownRider(riderId))
    .where(and(isShown(riderId, since), not(notifications.isRead)));

/** Marks only notifications that the rider can see. */
export const markRead = (db: Db, riderId: string, upToId: string, since: Date) =>
  db
    .update(notifications)
    .set({ isRead: true })
    .where(
      and(
        eq(notifications.riderId, riderId),
        not(notifications.isRead),
        inArray(
          notifications.id,
          db
            .select({ id: notifications.id })
            .from(notifications)
            .leftJoin(connections, eq(connections.id, notifications.connectionId))
            .leftJoin(users, joinsShownRider(riderId))
            .where(and(isShown(riderId, since), lte(notifications.id, upToId))),
        ),
      ),
    );

export const deleteExpired = (db: Db, before: Date) =>
  deleteBatch(db, notifications, notifications.id, lte(notifications.createdAt, before));
