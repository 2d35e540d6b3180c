import { type CreateCtx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { readTogether } from '../../db/parts.ts';
import { AppError } from '../../errors.ts';
import { requireTakesPart } from '../audience/participation.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { findEncounter } from '../discovery/disclosure.rules.ts';
import { readDisclosures } from '../discovery/disclosure.writes.ts';
import { encounterNotFound } from '../discovery/discovery.errors.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { connectionAcceptedMail, connectionRequestedMail } from '../mail/templates.rules.ts';
import { notify } from '../notifications/notification.writes.ts';
import { requireConnectionRequestToday } from '../usage/usage.guards.ts';
import { countConnectionRequest } from '../usage/usage.writes.ts';
import { connectionBusy, tooManyRequestsToday } from './connection.errors.ts';
import { requireBothTakePart, requireUnchangedPair } from './connection.guards.ts';
import {
  endBlocks,
  hasNotBlocked,
  selectConnectionsOf,
  selectOwnName,
  upsertConnection,
} from './connection.repository.ts';
import { type Connection, connectionFor, decideRequest } from './connection.rules.ts';

const maxAttempts = 3;

export type RequestInput = { encounterId: string; message: string };

/**
 * Asks the other rider of an encounter to connect. It is decided on the rows as read, and again where they have
 * changed. A request to a rider whom the caller has blocked gets the same answer as any other, but is neither shown nor
 * mailed while the block lasts: an error would reveal who the encounter is.
 */
export async function requestConnection(ctx: CreateCtx, input: RequestInput): Promise<Connection> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await tryRequest(ctx, input);
    } catch (error) {
      const isBusy = error instanceof AppError && error.code === connectionBusy.code;
      if (!isBusy || attempts === maxAttempts) throw error;
    }
  }
}

async function tryRequest(ctx: CreateCtx, { encounterId, message }: RequestInput): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const {
    disclosures,
    all,
    me: [me],
  } = await readTogether(ctx.db, {
    disclosures: readDisclosures(ctx, userId),
    all: selectConnectionsOf(ctx.db, userId),
    me: selectOwnName(ctx.db, userId),
  });
  const encounter = findEncounter(ctx.config.keys.encounterId, encounterId, disclosures.rows);
  if (!encounter?.isReachable) throw encounterNotFound();
  const { rider: other } = encounter;
  const pair = all.filter(({ requesterId, addresseeId }) => [requesterId, addresseeId].includes(other.id));
  const { row, isNew, news } = decideRequest(pair, {
    id: ctx.newId(),
    requesterId: userId,
    addresseeId: other.id,
    requesterJourneyId: encounter.journeyId,
    addresseeJourneyId: encounter.otherJourneyId,
    requesterName: me?.name ?? '',
    message,
    askedAt: ctx.now(),
  });
  const isChange = isNew || news !== undefined || pair.some(({ id, isWithdrawn }) => id === row.id && isWithdrawn);
  const connection = connectionFor(ctx.config.keys.encounterId, { connection: row, other, isOtherShown: true }, userId);
  const mail =
    news &&
    (await queueMail(
      ctx,
      other.email,
      mailAbout(ctx, news, { connectionId: row.id, name: me?.name ?? '', message }),
      hasNotBlocked(userId, other.id),
    ));
  await commit(ctx, {
    idempotency: ctx.remember?.([row.id]),
    guards: [
      ...requireTakesPart(ctx, userId),
      ...requireBothTakePart(ctx, userId, other.id, encounterNotFound),
      requireUnchangedPair(pair, userId, other.id),
      ...(isNew ? [requireConnectionRequestToday(ctx, tooManyRequestsToday)] : []),
    ],
    writes: {
      // Before the mail, which goes only to a rider whom the caller has not blocked.
      blocks: news === 'accepted' ? endBlocks(ctx.db, userId, other.id) : undefined,
      count: isNew ? countConnectionRequest(ctx) : undefined,
      connection: upsertConnection(ctx.db, row),
      mail: mail?.statements,
      notification: news && notify(ctx, { riderId: other.id, kind: `connection_${news}`, connectionId: row.id }),
      audit: isChange
        ? recordAudit(ctx, news === 'accepted' ? 'connections.accept' : 'connections.request', { subjectId: row.id })
        : undefined,
    },
    conflicts: { connections_journeys_key: connectionBusy },
  });
  if (mail) deliverMails(ctx, [mail.id]);
  return connection;
}

const mailAbout = (
  { config }: CreateCtx,
  news: 'requested' | 'accepted',
  about: { connectionId: string; name: string; message: string },
) =>
  news === 'accepted' ? connectionAcceptedMail(config.webUrl, about) : connectionRequestedMail(config.webUrl, about);
