import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { blocks } from '../blocks/block.table.ts';
import { connections } from '../connections/connection.table.ts';
import { type JourneyRow, journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';
import type { Audience } from './audience.rules.ts';

type Id = SQLWrapper | string;

/** Whose view of a journey a query answers. In a prepared query its parts are placeholders. */
type ViewerOf<T> = { viewerId: T; viewedAs: T | null };

/** In any query: the rider does not see the other by name, because one of them has blocked the other. */
export const isOutOfSight = (otherId: Id, riderId: Id): SQL =>
  sql`exists (select from blocked_pairs b where b.rider_id = ${riderId} and b.other_id = ${otherId})`;

/**
 * In any query: the first rider has blocked the second. What is shown without a name asks only whether the other has
 * blocked the viewer: the viewer's own blocks would reveal who it is.
 */
export const hasBlocked = (blockerId: Id, blockedId: Id): SQL =>
  sql`exists (select from ${blocks} where ${blocks.blockerId} = ${blockerId} and ${blocks.blockedId} = ${blockedId})`;

/** In a query over connections: the row is the connection of these two riders. The index on the pair serves it. */
export const isPair = (one: Id, other: Id): SQL => sql`
  (least(requester_id, addressee_id) = least(${one}::uuid, ${other}::uuid)
    and greatest(requester_id, addressee_id) = greatest(${one}::uuid, ${other}::uuid))`;

/** In a query over connections: the rider is one of the two, and the request is neither withdrawn nor dismissed by them. */
export const involvesRider = (riderId: string): SQL => sql`
  (not ${connections.isWithdrawn} and (${connections.requesterId} = ${riderId}
    or ${connections.addresseeId} = ${riderId} and not ${connections.isDismissed}))`;

/** In a query over connections: both riders take part in discovery. */
export const bothTakePart: SQL = sql`
  (select bool_and(u.takes_part) from ${users} u where u.id in (${connections.requesterId}, ${connections.addresseeId}))`;

/**
 * In a query that joins the other rider to a connection: the rider sees what the connection shows of the other. Both take
 * part in discovery, and the other has not blocked the rider.
 */
export const isOtherShown = (riderId: string): SQL => sql`
  (${bothTakePart} and not ${hasBlocked(users.id, riderId)})`;

/**
 * Joins the other rider to each connection that the rider knows of. An accepted connection stays whatever the other rider
 * does, so that it can always be ended. A received request disappears while the two may not see each other, and a sent one
 * while the other has blocked the rider. A request to a rider whom its sender has blocked stays in the sender's list: see
 * docs/privacy.md.
 */
export const joinsOtherRider = (riderId: string): SQL => sql`
  (${involvesRider(riderId)}
    and ${users.id} = case when ${connections.requesterId} = ${riderId}
      then ${connections.addresseeId} else ${connections.requesterId} end
    and (${connections.state} = 'accepted' or not ${hasBlocked(users.id, riderId)}
      and (${connections.requesterId} = ${riderId} or ${bothTakePart})))`;

/** In a query over journeys: as whom the viewer sees it. */
export const audienceOf = ({ viewerId, viewedAs }: ViewerOf<Id>) =>
  sql<Audience>`audience_of(${journeys}, ${viewerId}, ${viewedAs})`;

/** In a query over journeys: the viewer may read the journey and its lines. */
export const isVisibleTo = ({ viewerId, viewedAs }: ViewerOf<Id>): SQL =>
  sql`visible_to(${journeys}, ${viewerId}, ${viewedAs})`;

/**
 * In a query over journeys that the viewer may see: the status as the viewer sees it. Its owner and riders who see it
 * exactly get it at once, and others after the delay of the journey.
 */
export const seenStatus = (viewer: ViewerOf<Id>, now: Id) => sql<JourneyRow['status']>`
  case when ${audienceOf(viewer)} in ('owner', 'exact') then ${journeys.status} else shown_status(${journeys}, ${now}) end`;

/** In a query over journeys: others may know of the journey. It is neither private nor over, and its owner takes part. */
export const isVisibleToOthers: SQL = sql`visible_to_others(${journeys})`;
