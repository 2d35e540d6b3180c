import { type Ctx, requireScope } from '../../context.ts';
import { commit, type Guard } from '../../db/commit-in-order.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { type Expected, requireVersion } from '../../db/version.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { handleOf } from '../discovery/handle.rules.ts';
import { connectionAcceptedLetter } from '../mail/letters.rules.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { notified } from '../notifications/notify.service.ts';
import { connectionNotFound, noJourneyToShow, notConnected } from './connection.errors.ts';
import {
  acceptConnection,
  declineConnection,
  deletePair,
  grantExact,
  hasOwnJourney,
  isAddressedTo,
  isConnectionOf,
  isOpen,
  isState,
  leaveConnection,
  listConnections,
  pairThere,
  type Seen,
  selectConnection,
} from './connection.repository.ts';
import { isSentBy, stateFor } from './connection.rules.ts';
import { type ConnectionRow, connections } from './connection.table.ts';

/** A connection as one of the two may see it. */
export type Connection = {
  id: string;
  isSent: boolean;
  state: ConnectionRow['state'];
  message: string;
  encounterId: string | null;
  rider: { id: string | null; name: string; email: string | null } | null;
  exact: { granted: boolean; received: boolean };
  version: number;
  askedAt: Date;
};

/** Before it is accepted, who asked sees what the encounter has shown, and who is asked a name and a message. */
export function seenBy(
  ctx: Ctx,
  riderId: string,
  { connection, other }: Pick<Seen, 'connection' | 'other'>,
): Connection {
  const isSent = isSentBy(connection, riderId);
  const state = stateFor(connection, riderId);
  const { requesterJourneyId, addresseeJourneyId, requesterExact, addresseeExact } = connection;
  const [granted, received] = isSent ? [requesterExact, addresseeExact] : [addresseeExact, requesterExact];
  const [mine, theirs] = isSent ? [requesterJourneyId, addresseeJourneyId] : [addresseeJourneyId, requesterJourneyId];
  const isTold = isSent || state === 'accepted';
  const asked = isSent ? null : { id: null, name: other.name, email: null };
  return {
    id: connection.id,
    isSent,
    state,
    message: connection.message,
    encounterId: isTold && mine && theirs ? handleOf(ctx.config.keys.handle, mine, theirs) : null,
    rider: state === 'accepted' ? other : asked,
    exact: { granted: granted && mine !== null, received: received && theirs !== null },
    version: connection.version,
    askedAt: connection.askedAt,
  };
}

type ListInput = {
  state?: ConnectionRow['state'] | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

export async function listMyConnections(ctx: Ctx, input: ListInput): Promise<Page<Connection>> {
  const { userId } = requireScope(ctx, 'profile:read');
  const { state, limit = defaultLimit } = input;
  const list = `connections:${state ?? 'all'}`;
  const after = openCursor(ctx, list, input.cursor);
  const rows = await listConnections(ctx.db, userId, state, { after, limit: limit + 1 });
  const position = ({ connection }: Seen) => [connection.askedAt.toISOString(), connection.id];
  const { items, nextCursor } = cutPage(ctx, list, rows, limit, position);
  return { items: items.map((row) => seenBy(ctx, userId, row)), nextCursor };
}

async function findSeen(ctx: Ctx, id: string, userId: string): Promise<Seen> {
  const [seen] = await selectConnection(ctx.db, id, userId);
  if (!seen) throw connectionNotFound();
  return seen;
}

const bothThere = (userId: string, { other }: Seen): Guard => ({
  condition: pairThere(userId, other.id),
  error: connectionNotFound,
});

/** A request that was declined before can be accepted after all. */
export async function acceptRequest(ctx: Ctx, id: string): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const seen = await findSeen(ctx, id, userId);
  const letter = connectionAcceptedLetter(ctx.config.webUrl, seen.ownName);
  const mail = await queueMail(ctx, seen.other.email, letter, isOpen(id));
  const news = { riderId: seen.other.id, kind: 'connection_accepted', connectionId: id } as const;
  const [, , , , , [accepted]] = await commit(ctx, {
    guards: [bothThere(userId, seen), { condition: isAddressedTo(id, userId), error: connectionNotFound }],
    statements: [
      ...mail.statements,
      ...notified(ctx, news, isOpen(id)),
      acceptConnection(ctx.db, id, userId),
      selectConnection(ctx.db, id, userId),
      recordAudit(ctx, 'connections.accept', { subjectId: id }),
    ],
  });
  if (!accepted) throw connectionNotFound();
  deliverMails(ctx, [mail.id]);
  return seenBy(ctx, userId, accepted);
}

export async function declineRequest(ctx: Ctx, id: string): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const [, [declined]] = await commit(ctx, {
    guards: [{ condition: isAddressedTo(id, userId), error: connectionNotFound }],
    statements: [
      declineConnection(ctx.db, id, userId),
      selectConnection(ctx.db, id, userId),
      recordAudit(ctx, 'connections.decline', { subjectId: id }),
    ],
    outcome: [{ condition: isState(id, 'declined'), error: connectionNotFound }],
  });
  if (!declined) throw connectionNotFound();
  return seenBy(ctx, userId, declined);
}

/** Exact is granted for the journey that one met on, and ends with it. */
export async function setExact(ctx: Ctx, id: string, isExact: boolean, expected?: Expected): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const [, [changed]] = await commit(ctx, {
    guards: [
      { condition: isConnectionOf(id, userId), error: connectionNotFound },
      ...requireVersion(connections, id, expected),
      { condition: isState(id, 'accepted'), error: notConnected },
      ...(isExact ? [{ condition: hasOwnJourney(id, userId), error: noJourneyToShow }] : []),
    ],
    statements: [
      grantExact(ctx.db, id, userId, isExact),
      selectConnection(ctx.db, id, userId),
      recordAudit(ctx, isExact ? 'connections.grant_exact' : 'connections.end_exact', { subjectId: id }),
    ],
  });
  if (!changed) throw connectionNotFound();
  return seenBy(ctx, userId, changed);
}

export async function removeConnection(ctx: Ctx, id: string, expected?: Expected): Promise<void> {
  const { userId } = requireScope(ctx, 'profile:write');
  await commit(ctx, {
    guards: [
      { condition: isConnectionOf(id, userId), error: connectionNotFound },
      ...requireVersion(connections, id, expected),
    ],
    statements: [...leaveConnection(ctx.db, id, userId), recordAudit(ctx, 'connections.delete', { subjectId: id })],
  });
}

/** Unsent: two riders of whom one has blocked the other have nothing between them. */
export const connectionEnded = (ctx: Ctx, riderId: string, other: Guard['condition']) =>
  deletePair(ctx.db, riderId, other);
