import { type Creating, requireScope } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { AppError } from '../../errors.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { disclosedAs, myDisclosed } from '../discovery/disclosure.service.ts';
import { noSuchEncounter, riderHidden } from '../discovery/discovery.errors.ts';
import { connectionAcceptedLetter, connectionRequestedLetter } from '../mail/letters.rules.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { notified } from '../notifications/notify.service.ts';
import { connectionBusy, tooManyRequestsToday } from './connection.errors.ts';
import {
  askedFewer,
  onShow,
  pairThere,
  pairUnchanged,
  putConnection,
  selectAllOf,
  selectOwnName,
} from './connection.repository.ts';
import { decideRequest } from './connection.rules.ts';
import { type Connection, seenBy } from './connection.service.ts';

const dayS = 24 * 60 * 60;
const mostTries = 3;

export type Request = { encounterId: string; message: string };

/** Asks whom an encounter is with. What comes of it is decided on what is there, and done only while that is so. */
export async function requestConnection(ctx: Creating<Connection>, input: Request): Promise<Connection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryRequest(ctx, input);
    } catch (error) {
      const isBusy = error instanceof AppError && error.code === connectionBusy.code;
      if (!isBusy || tries === mostTries) throw error;
    }
  }
}

async function tryRequest(ctx: Creating<Connection>, { encounterId, message }: Request): Promise<Connection> {
  const { userId } = requireScope(ctx, 'profile:write');
  const [disclosed, all, [me]] = await ctx.db.batch([
    myDisclosed(ctx, userId),
    selectAllOf(ctx.db, userId),
    selectOwnName(ctx.db, userId),
  ]);
  const met = disclosedAs(ctx, encounterId, disclosed.rows);
  if (!met.isReachable) throw noSuchEncounter();
  const there = all.find(({ requesterId, addresseeId }) => [requesterId, addresseeId].includes(met.rider.id));
  const { row, told } = decideRequest(there, {
    id: ctx.newId(),
    requesterId: userId,
    addresseeId: met.rider.id,
    requesterJourneyId: met.journeyId,
    addresseeJourneyId: met.otherJourneyId,
    message,
    askedAt: ctx.now(),
  });
  const seen = seenBy(ctx, userId, { connection: row, other: met.rider });
  const mail = told && (await queueMail(ctx, met.rider.email, letterOf(ctx, told, me?.name ?? '', message)));
  await commit(ctx, {
    kept: await ctx.keep?.(seen),
    guards: [
      { condition: onShow(userId), error: riderHidden },
      { condition: pairThere(userId, met.rider.id), error: noSuchEncounter },
      { condition: pairUnchanged(there, userId, met.rider.id), error: connectionBusy },
      ...(told === 'requested' ? [askedSeldom(ctx, userId)] : []),
    ],
    statements: [
      putConnection(ctx.db, row),
      ...(mail?.statements ?? []),
      ...(told ? notified(ctx, { riderId: met.rider.id, kind: `connection_${told}`, connectionId: row.id }) : []),
      recordAudit(ctx, told === 'accepted' ? 'connections.accept' : 'connections.request', { subjectId: row.id }),
    ],
    conflicts: { connections_pair_key: connectionBusy },
  });
  if (mail) deliverMails(ctx, [mail.id]);
  return seen;
}

const letterOf = ({ config }: Creating<Connection>, told: 'requested' | 'accepted', name: string, message: string) =>
  told === 'accepted'
    ? connectionAcceptedLetter(config.webUrl, name)
    : connectionRequestedLetter(config.webUrl, { name, message });

function askedSeldom(ctx: Creating<Connection>, userId: string) {
  const most = ctx.config.connectionRequestsPerDay;
  const headers = {
    'Retry-After': String(dayS),
    RateLimit: `"requests";r=0;t=${dayS}`,
    'RateLimit-Policy': `"requests";q=${most};w=${dayS}`,
  };
  const since = new Date(ctx.now().getTime() - dayS * 1_000);
  return { condition: askedFewer(userId, most, since), error: () => tooManyRequestsToday({ headers }) };
}
