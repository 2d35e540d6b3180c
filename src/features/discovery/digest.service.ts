import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { AppError } from '../../errors.ts';
import { dayOf } from '../../lib/days.ts';
import { describeError } from '../../log.ts';
import { joinDeadlineOf } from '../audience/participation.guards.ts';
import { deliverNow } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { ridersNearMail } from '../mail/templates.rules.ts';
import { notifyOfRidersNear } from '../notifications/notification.writes.ts';
import { requireDigestDue } from './digest.guards.ts';
import {
  type DueRider,
  insertReportedPairs,
  listDueRiders,
  listReportedPairs,
  listSearchableJourneys,
  updateNextDigest,
  updateNextDigestFor,
} from './digest.repository.ts';
import { newsOf, nextAttempt, nextDigest, pairsOf } from './digest.rules.ts';
import { type Meeting, searchEncounters } from './encounter.service.ts';
import { unsubscribeUrl } from './unsubscribe.rules.ts';

/**
 * A run has 15 minutes and 10,000 outgoing calls. A rider takes at most 13 round trips: the journeys, a search for
 * each, the reported pairs and the commit; and 3 for the mail.
 */
const ridersPerRun = 100;
const journeysPerRider = 10;

/**
 * Mails riders who asked for digests the encounters that no digest has reported to them, and answers how many mails were
 * queued. Each rider has a commit of their own, so that a run that ends early or overlaps another repeats nothing.
 */
export async function mailDigests(ctx: Ctx): Promise<number> {
  const createdBy = joinDeadlineOf(ctx);
  const riders = await listDueRiders(ctx.db, ctx.now(), { createdBy, limit: ridersPerRun });
  const mailIds: string[] = [];
  for (const rider of riders) {
    try {
      mailIds.push(...(await queueDigest(ctx, rider)));
    } catch (error) {
      if (error instanceof AppError) continue;
      ctx.log('error', 'digest', { rider_id: rider.id, ...describeError(error) });
      await updateNextDigest(ctx.db, rider, nextAttempt(ctx.now()));
    }
  }
  if (mailIds.length > 0) await deliverNow(ctx, mailIds);
  return mailIds.length;
}

/** Answers the id of the mail, if there is news. Searches are not audited, and neither are digests. */
async function queueDigest(ctx: Ctx, rider: DueRider): Promise<string[]> {
  const news = await findNews(ctx, rider.id);
  const nextAt = nextDigest(rider.ridersNear, ctx.now());
  if (news.length === 0) {
    await updateNextDigest(ctx.db, rider, nextAt);
    return [];
  }
  const [pairs, journeyIds] = [pairsOf(news), news.map(({ id }) => id)];
  const mail = await queueMail(ctx, rider.email, digestMailFor(ctx, rider, news));
  const {
    mail: [, { rowCount: queued }],
  } = await commit(ctx, {
    guards: requireDigestDue(rider, pairs),
    writes: {
      mail: mail.statements,
      pairs: insertReportedPairs(ctx.db, pairs, mail.id),
      notifications: notifyOfRidersNear(ctx, rider.id, journeyIds, mail.id),
      next: updateNextDigestFor(ctx.db, rider, mail.id, { nextAt, retryAt: nextAttempt(ctx.now()) }),
    },
  });
  return queued > 0 ? [mail.id] : [];
}

function digestMailFor({ config }: Ctx, { id: riderId }: DueRider, news: Awaited<ReturnType<typeof findNews>>) {
  const url = unsubscribeUrl(config.apiUrl, config.keys.unsubscribe, riderId);
  return ridersNearMail(config.webUrl, { riderId, unsubscribeUrl: url }, news);
}

async function findNews(ctx: Ctx, riderId: string) {
  const journeys: { id: string; name: string; encounters: Meeting[] }[] = [];
  for (const journey of await listSearchableJourneys(ctx.db, riderId, journeysPerRider))
    journeys.push({ ...journey, encounters: await findEncounters(ctx, riderId, journey.id) });
  const pairs = pairsOf(journeys);
  const reported = pairs.length > 0 ? await listReportedPairs(ctx.db, pairs) : [];
  return newsOf(journeys, reported, dayOf(ctx.now()));
}

/** Answers no encounters for a journey that the rider may not search from, for example one that has become private. */
async function findEncounters(ctx: Ctx, riderId: string, journeyId: string): Promise<Meeting[]> {
  try {
    return (await searchEncounters(ctx, riderId, { journeyId })).encounters;
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
