import { type Ctx, requireScope } from '../../context.ts';
import { commit, query } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { requireTakesPart } from '../audience/participation.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { connectionAcceptedMail } from '../mail/templates.rules.ts';
import { notify } from '../notifications/notification.writes.ts';
import { connectionNotFound } from './connection.errors.ts';
import {
  requireAccepted,
  requireBothTakePart,
  requireDeclined,
  requireJourneyToShow,
  requireOwnConnection,
  requireReceivedRequest,
} from './connection.guards.ts';
import {
  acceptConnection,
  type ConnectionRecord,
  declineConnection,
  endBlocks,
  endOwnConnection,
  isOpen,
  isPending,
  listConnections,
  selectConnection,
  updateExactGrant,
  wouldChangeGrant,
} from './connection.repository.ts';
import { type Connection, connectionFor } from './connection.rules.ts';
import { type ConnectionRow, connections } from './connection.table.ts';

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
  const position = ({ connection }: ConnectionRecord) => [connection.askedAt.toISOString(), connection.id];
  const { items, nextCursor } = cutPage(ctx, list, rows, limit, position);
  return { items: items.map((row) => connectionFor(ctx.config.keys.encounterId, row, userId)), nextCursor };
}

export async function getMyConnection(ctx: Ctx, id: string): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:read');
  return viewOf(ctx, await selectConnection(ctx.db, id, userId), userId);
}

function viewOf(ctx: Ctx, [record]: readonly ConnectionRecord[], userId: string): Connection {
  if (!record) throw connectionNotFound();
  return connectionFor(ctx.config.keys.encounterId, record, userId);
}

/** A declined request can still be accepted. */
export async function acceptRequest(ctx: Ctx, id: string): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const {
    existing: [existing],
  } = await query(ctx, {
    guards: requireTakesPart(ctx, userId),
    reads: { existing: selectConnection(ctx.db, id, userId) },
  });
  if (!existing) throw connectionNotFound();
  const { other, ownName } = existing;
  const message = connectionAcceptedMail(ctx.config.webUrl, { connectionId: id, name: ownName });
  const mail = await queueMail(ctx, other.email, message, isPending(id));
  const draft = { riderId: other.id, kind: 'connection_accepted', connectionId: id } as const;
  const { connection } = await commit(ctx, {
    guards: [
      ...requireTakesPart(ctx, userId),
      ...requireBothTakePart(ctx, userId, other.id),
      requireReceivedRequest(id, userId),
    ],
    writes: {
      blocks: endBlocks(ctx.db, userId, other.id),
      mail: mail.statements,
      notification: notify(ctx, draft, isPending(id)),
      audit: recordAudit(ctx, 'connections.accept', { subjectId: id }, isPending(id)),
      accept: acceptConnection(ctx.db, id, userId),
      connection: selectConnection(ctx.db, id, userId),
    },
  });
  const accepted = viewOf(ctx, connection, userId);
  deliverMails(ctx, [mail.id]);
  return accepted;
}

export async function declineRequest(ctx: Ctx, id: string): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const { connection } = await commit(ctx, {
    guards: [requireReceivedRequest(id, userId)],
    writes: {
      audit: recordAudit(ctx, 'connections.decline', { subjectId: id }, isOpen(id)),
      decline: declineConnection(ctx.db, id, userId),
      connection: selectConnection(ctx.db, id, userId),
    },
    outcome: [requireDeclined(id)],
  });
  return viewOf(ctx, connection, userId);
}

/**
 * Grants or ends the other rider's exact view of this rider's journey in the connection. The grant also ends with the
 * journey.
 */
export async function setExactGrant(
  ctx: Ctx,
  id: string,
  isExact: boolean,
  expected?: ExpectedVersions,
): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const { connection } = await commit(ctx, {
    guards: [
      requireOwnConnection(id, userId),
      ...requireVersion(connections, id, expected),
      requireAccepted(id),
      ...(isExact ? [requireJourneyToShow(id, userId)] : []),
    ],
    writes: {
      audit: recordAudit(
        ctx,
        isExact ? 'connections.grant_exact' : 'connections.end_exact',
        { subjectId: id },
        wouldChangeGrant(id, userId, isExact),
      ),
      grant: updateExactGrant(ctx.db, id, userId, isExact),
      connection: selectConnection(ctx.db, id, userId),
    },
  });
  return viewOf(ctx, connection, userId);
}

export async function removeConnection(ctx: Ctx, id: string, expected?: ExpectedVersions): Promise<void> {
  const { userId } = requireScope(ctx, 'profile:write');
  await commit(ctx, {
    guards: [requireOwnConnection(id, userId), ...requireVersion(connections, id, expected)],
    writes: {
      connection: endOwnConnection(ctx.db, id, userId),
      audit: recordAudit(ctx, 'connections.delete', { subjectId: id }),
    },
  });
}
