import { type Ctx, invalidToken, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import type { ExpectedVersions } from '../../db/version.ts';
import { userNotFound } from '../access/access.errors.ts';
import { lockRider, requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deleteAttemptsOf } from '../auth/attempt.writes.ts';
import { deleteRegistrationsOf } from '../auth/registration.writes.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { deleteMailsOf, queueMail } from '../mail/mail.writes.ts';
import { accountDeletedMail } from '../mail/templates.rules.ts';
import { deleteCodesOf } from '../oauth/code.writes.ts';
import { eraseReportMessages } from '../reports/report.writes.ts';
import { requireRiderVersion } from '../users/user.guards.ts';
import { requireOtherAdmin } from '../users/user-admin.guards.ts';
import { deleteRider, findAddress } from './deletion.repository.ts';

/**
 * Deletes all data of the rider in one commit. Foreign keys delete the rows that refer to the rider; rows that contain
 * the address are deleted by statements of their own. The audit keeps the id, which then belongs to no account. A
 * second deletion at the same time waits for the lock and finds no account.
 */
export async function deleteMe(ctx: Ctx, expected?: ExpectedVersions): Promise<void> {
  const { userId } = requireSession(ctx);
  const email = await findAddress(ctx.db, userId);
  if (!email) throw userNotFound();

  const farewell = await queueMail(ctx, email, accountDeletedMail());
  await commit(ctx, {
    guards: [
      requireRecentLogin(ctx),
      ...requireOtherAdmin(userId),
      lockRider(userId, 'update', invalidToken),
      ...requireRiderVersion(userId, expected),
    ],
    writes: {
      audit: recordAudit(ctx, 'users.delete', { subjectId: userId }),
      registrations: deleteRegistrationsOf(ctx, email),
      attempts: deleteAttemptsOf(ctx, userId),
      codes: deleteCodesOf(ctx, email),
      mails: deleteMailsOf(ctx, email),
      reports: eraseReportMessages(ctx, userId),
      rider: deleteRider(ctx.db, userId),
      farewell: farewell.statements,
    },
  });
  deliverMails(ctx, [farewell.id]);
}
