import { type Ctx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { atVersion, type Expected } from '../../db/version.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { attemptsForgotten } from '../auth/attempt.service.ts';
import { registrationsForgotten } from '../auth/registration.service.ts';
import { blockNamesForgotten } from '../blocks/block.service.ts';
import { accountDeletedLetter } from '../mail/letters.rules.ts';
import { deliverMails, mailsForgotten, queueMail } from '../mail/mail.service.ts';
import { codesForgotten } from '../oauth/sign-in.service.ts';
import { reportMessagesForgotten } from '../reports/report.service.ts';
import { loggedInRecently } from '../sessions/my-sessions.service.ts';
import { invalidToken } from '../sessions/session.errors.ts';
import { userNotFound } from './user.errors.ts';
import { deleteUser, findUser } from './user.repository.ts';
import { users } from './user.table.ts';
import { accountThere, adminStays } from './user-admin.service.ts';

/**
 * Everything of the rider goes in one change: what hangs on the user row by its foreign keys, and what is kept under
 * the address. The audit keeps ids that then stand for nobody. The rider is locked first, as by all who change an
 * account, so that a login at the same time waits and does not hold what this waits for.
 */
export async function deleteMe(ctx: Ctx, expected?: Expected): Promise<void> {
  const { userId } = requireSession(ctx);
  const user = await findUser(ctx.db, userId);
  if (!user) throw userNotFound();

  const farewell = await queueMail(ctx, user.email, accountDeletedLetter());
  await commit(ctx, {
    guards: [
      loggedInRecently(ctx),
      ...adminStays(userId),
      // Who deletes twice at once takes turns, and the second has no account any more.
      { ...accountThere(userId), error: invalidToken },
      ...atVersion(users, userId, expected),
    ],
    statements: [
      auditEntry(ctx, 'users.delete', { subjectId: userId }),
      registrationsForgotten(ctx, user.email),
      attemptsForgotten(ctx, userId),
      codesForgotten(ctx, user.email),
      mailsForgotten(ctx, user.email),
      blockNamesForgotten(ctx, userId),
      reportMessagesForgotten(ctx, userId),
      deleteUser(ctx.db, userId),
      ...farewell.statements,
    ],
  });
  deliverMails(ctx, [farewell.id]);
}
