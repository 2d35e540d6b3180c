import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { AppError } from '../../errors.ts';
import { dayOf } from '../../lib/days.ts';
import { describeError } from '../../log.ts';
import { ridersNearLetter } from '../mail/letters.rules.ts';
import { deliverNow } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { notifiedOfRidersNear } from '../notifications/notify.service.ts';
import {
  type DueRider,
  insertTold,
  listAskingJourneys,
  listDueRiders,
  listTold,
  moveTurn,
  turnIsFree,
} from './digest.repository.ts';
import { newsOf, nextDigest, nextTry, pairsOf } from './digest.rules.ts';
import { digestTaken } from './discovery.errors.ts';
import { encountersOf, type Met, usualSearch } from './encounter.service.ts';
import { unsubscribeUrl } from './unsubscribe.service.ts';
import { youngestViewer } from './viewer.service.ts';

/**
 * A run has 15 minutes and 10,000 calls outwards. A rider's turn takes 13 trips at most: the journeys, a search for
 * each, what was told, the commit; and 3 for the mail.
 */
const ridersPerRun = 100;
const journeysPerRider = 10;

/**
 * Mails riders who asked for it whom they would meet of whom they have not been told, and answers how many mails there
 * were. Each rider in a commit of their own: a run that ends early, or comes at the same time, repeats nothing.
 */
export async function mailDigests(ctx: Ctx): Promise<number> {
  const riders = await listDueRiders(ctx.db, ctx.now(), { createdBy: youngestViewer(ctx), limit: ridersPerRun });
  const mailIds: string[] = [];
  for (const rider of riders) {
    try {
      mailIds.push(...(await takeTurn(ctx, rider)));
    } catch (error) {
      if (error instanceof AppError) continue;
      ctx.log('error', 'digest', { rider_id: rider.id, ...describeError(error) });
      await moveTurn(ctx.db, rider, nextTry(ctx.now()));
    }
  }
  if (mailIds.length > 0) await deliverNow(ctx, mailIds);
  return mailIds.length;
}

/** The id of the rider's mail, if there is one. Of a search nothing is audited, and neither is what it tells. */
async function takeTurn(ctx: Ctx, rider: DueRider): Promise<string[]> {
  const news = await findNews(ctx, rider.id);
  const nextAt = nextDigest(rider.ridersNear, ctx.now());
  if (news.length === 0) {
    await moveTurn(ctx.db, rider, nextAt);
    return [];
  }
  const [pairs, journeyIds] = [pairsOf(news), news.map(({ id }) => id)];
  const mail = await queueMail(ctx, rider.email, letterOf(ctx, rider, news));
  const [, { rowCount: queued }] = await commit(ctx, {
    guards: [{ condition: turnIsFree(rider, pairs), error: digestTaken }],
    statements: [
      ...mail.statements,
      insertTold(ctx.db, pairs, mail.id),
      ...notifiedOfRidersNear(ctx, rider.id, journeyIds, mail.id),
      moveTurn(ctx.db, rider, nextAt),
    ],
  });
  return queued > 0 ? [mail.id] : [];
}

const letterOf = (ctx: Ctx, { id }: DueRider, news: Awaited<ReturnType<typeof findNews>>) =>
  ridersNearLetter(ctx.config.webUrl, { riderId: id, unsubscribeUrl: unsubscribeUrl(ctx, id) }, news);

async function findNews(ctx: Ctx, riderId: string) {
  const journeys: { id: string; name: string; meetings: Met[] }[] = [];
  for (const journey of await listAskingJourneys(ctx.db, riderId, journeysPerRider))
    journeys.push({ ...journey, meetings: await meetingsOf(ctx, riderId, journey.id) });
  const pairs = pairsOf(journeys);
  const told = pairs.length > 0 ? await listTold(ctx.db, pairs) : [];
  return newsOf(journeys, told, dayOf(ctx.now()));
}

/** None from a journey that nobody may be looked for from. */
async function meetingsOf(ctx: Ctx, riderId: string, journeyId: string): Promise<Met[]> {
  try {
    return (await encountersOf(ctx, riderId, { journeyId, ...usualSearch })).encounters;
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
