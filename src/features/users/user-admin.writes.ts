import type { Ctx } from '../../context.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { endSessionsOf } from '../sessions/session.writes.ts';
import { updateAccount } from './user-admin.repository.ts';

/**
 * Disables an account and signs its rider out everywhere. For a commit with `requireOtherAdmin` and `requireAccount`.
 */
export const disableAccount = (ctx: Ctx, id: string) =>
  [
    updateAccount(ctx.db, id, { isDisabled: true }, ctx.now()),
    recordAudit(ctx, 'users.disable', { subjectId: id }),
    endSessionsOf(ctx, id),
  ] as const;
