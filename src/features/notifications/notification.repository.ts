import { and, count, desc, eq, gt, inArray, isNotNull, lt, lte, not, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { areBlocked, joinsOtherRider } from '../audience/audience.predicates.ts';
import { connections } from '../connections/connection.table.ts';
import { toldEncounters } from '../discovery/told-encounter.table.ts';
import { journeys } from '../journeys/journey.table.ts';
import { outbox } from '../mail/outbox.table.ts';
import { users } from '../users/user.table.ts';
import { type NotificationRow, notifications } from './notification.table.ts';

type Told = Pick<NotificationRow, 'id' | 'riderId' | 'kind' | 'connectionId' | 'createdAt'>;

/** Once for each kind of news of a connection: what is told again is new again. */
export const insertNotification = (
  db: Db,
  { id, riderId, kind, connectionId, createdAt }: Told,
  condition = sql`true`,
) =>
  db.execute(sql`
    insert into ${notifications} (id, rider_id, kind, connection_id, created_at)
    select ${id}, ${riderId}, ${kind}, ${connectionId}, ${createdAt.toISOString()} where ${condition}
    on conflict (connection_id, rider_id, kind)
      do update set id = excluded.id, is_read = false, created_at = excluded.created_at`);

type NearOne = { id: string; journeyId: string };

/** Where the mail that tells of them is in the outbox. A journey that is gone by now has no news. */
export function insertRidersNear(db: Db, riderId: string, near: readonly NearOne[], mailId: string, now: Date) {
  const uuids = (ids: readonly string[]): SQL => sql`${sql.param(`{${ids.join(',')}}`)}::uuid[]`;
  return db.execute(sql`
    insert into ${notifications} (id, rider_id, kind, journey_id, created_at)
    select n.id, ${riderId}, 'riders_near', j.id, ${now.toISOString()}
    from unnest(${uuids(near.map(({ id }) => id))}, ${uuids(near.map(({ journeyId }) => journeyId))}) n (id, journey_id)
      join ${journeys} j on j.id = n.journey_id
    where exists (select from ${outbox} where id = ${mailId})
    for key share of j`);
}

/** Once the rider is locked: the oldest make room. */
export const deleteBeyond = (db: Db, riderId: string, most: number) =>
  db.execute(sql`
    delete from ${notifications} where rider_id = ${riderId} and id < (
      select id from ${notifications} where rider_id = ${riderId} order by id desc limit 1 offset ${most - 1})`);

/** Who looks for nobody is told of nobody; and somebody of whom they were told is still there for them. */
const areStillNear = (riderId: string): SQL => sql`exists (
  select from ${journeys} m join ${users} me on me.id = m.owner_id and me.is_on_show
    join ${toldEncounters} t on t.journey_no = m.no
    join ${journeys} o on o.no = t.other_no and o.visibility <> 'private'
    join ${users} u on u.id = o.owner_id and u.is_on_show
  where m.id = ${notifications.journeyId} and m.visibility <> 'private' and not ${areBlocked(riderId, sql`u.id`)})`;

/** With the connection and the other rider joined: what the rider would see of them otherwise too. */
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

/** Newest first. */
export const listNotifications = (db: Db, riderId: string, since: Date, { beforeId, limit }: Position) =>
  db
    .select({
      notification: notifications,
      connection: connections,
      other: { id: users.id, name: users.name, email: users.email },
    })
    .from(notifications)
    .leftJoin(connections, eq(connections.id, notifications.connectionId))
    .leftJoin(users, joinsOtherRider(riderId))
    .where(and(isShown(riderId, since), beforeId === undefined ? undefined : lt(notifications.id, beforeId)))
    .orderBy(desc(notifications.id))
    .limit(limit);

export const countUnread = (db: Db, riderId: string, since: Date) =>
  db
    .select({ unread: count() })
    .from(notifications)
    .leftJoin(connections, eq(connections.id, notifications.connectionId))
    .leftJoin(users, joinsOtherRider(riderId))
    .where(and(isShown(riderId, since), not(notifications.isRead)));

/** A guard's condition: those who change one rider's notifications take turns. */
export const lockRider = (id: string): SQL => sql`
  select true from ${users} where ${users.id} = ${id} for no key update`;

/** Those that the rider can have seen. */
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
            .leftJoin(users, joinsOtherRider(riderId))
            .where(and(isShown(riderId, since), lte(notifications.id, upToId))),
        ),
      ),
    );

export const deleteOlder = (db: Db, than: Date) =>
  deleteBatch(db, notifications, notifications.id, lte(notifications.createdAt, than));
