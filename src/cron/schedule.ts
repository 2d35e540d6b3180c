import { configFrom } from '../config.ts';
import type { Ctx, World } from '../context.ts';
import { openWithLongDeadline } from '../db/client.ts';
import { purgeAuditJob } from '../features/audit/audit.job.ts';
import { purgeAttemptsJob, purgeResetsJob } from '../features/auth/password.job.ts';
import { purgeRegistrationsJob } from '../features/auth/registration.job.ts';
import { purgeCancelledDaysJob } from '../features/calendar/cancelled-day.job.ts';
import { recountCrowdsJob } from '../features/discovery/crowd.job.ts';
import { mailDigestsJob } from '../features/discovery/digest.job.ts';
import { purgeDisclosuresJob } from '../features/discovery/disclosure.job.ts';
import { purgeIdempotencyKeysJob } from '../features/idempotency/idempotency-key.job.ts';
import { purgeFormerIdsJob } from '../features/journeys/former-id.job.ts';
import { deliverMailsJob, purgeMailsJob } from '../features/mail/outbox.job.ts';
import { purgeSuppressionsJob } from '../features/mail/suppression.job.ts';
import { purgeNotificationsJob } from '../features/notifications/notification.job.ts';
import { purgeSignInsJob } from '../features/oauth/oauth.job.ts';
import { refreshRiddenPresenceJob } from '../features/presence/presence.job.ts';
import { publishWaitingJourneysJob } from '../features/presence/publishing.job.ts';
import { purgeReportsJob } from '../features/reports/report.job.ts';
import { purgeSessionsJob } from '../features/sessions/session.job.ts';
import { purgeDailyCountsJob } from '../features/usage/usage.job.ts';
import { purgeFormerUsernamesJob } from '../features/users/former-username.job.ts';
import { createLog, describeError } from '../log.ts';
import type { Job } from './job.ts';

/**
 * The jobs of each cron expression of wrangler.toml. No job runs more than once an hour, so that an idle database can sleep.
 */
export const schedule: Readonly<Record<string, readonly Job[]>> = {
  '7 * * * *': [
    deliverMailsJob,
    publishWaitingJourneysJob,
    purgeMailsJob,
    purgeSuppressionsJob,
    purgeRegistrationsJob,
    purgeResetsJob,
    purgeAttemptsJob,
    purgeSessionsJob,
    purgeSignInsJob,
    purgeIdempotencyKeysJob,
    purgeNotificationsJob,
    purgeReportsJob,
    purgeFormerUsernamesJob,
    purgeFormerIdsJob,
    purgeDailyCountsJob,
    purgeAuditJob,
    purgeDisclosuresJob,
    purgeCancelledDaysJob,
    // The digests come last, because they may take long and nobody waits for them.
    mailDigestsJob,
  ],
  '17 3 * * *': [refreshRiddenPresenceJob],
  '47 3 * * *': [recountCrowdsJob],
};

export const runScheduled = (cron: string, env: object, world: World): Promise<void> =>
  runJobs(schedule[cron] ?? [], env, world);

/** Runs the jobs one after the other. A job that fails is logged and does not stop the others. */
export async function runJobs(jobs: readonly Job[], env: object, { now, newId }: World): Promise<void> {
  const config = configFrom(env);
  for (const job of jobs) {
    const log = createLog(newId());
    const ctx: Ctx = {
      db: openWithLongDeadline(config.database),
      actor: { type: 'system', job: job.name },
      actorGuards: {},
      config,
      now,
      newId,
      log,
      defer: (work) => void work(ctx).catch((error) => log('error', 'deferred', describeError(error))),
      request: { id: newId(), network: 'cron', userAgent: 'cron', place: undefined },
    };
    try {
      const count = await job.run(ctx);
      log('info', 'job', { job: job.name, count });
    } catch (error) {
      log('error', 'job', { job: job.name, ...describeError(error) });
    }
  }
}
