import type { Ctx } from '../../context.ts';
import type { Guard, Statement } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { isBcrypt } from '../../lib/bcrypt-hash.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { hashIsOneOf, rehashedHere, replaceHash } from './password.repository.ts';

type Proven = { id: string; passwordHash: string | null };

/**
 * Unsent, for a password that has just proved right and hashes to `made`: the guard that the rider still has it, and
 * what puts `made` in the place of a hash of the predecessor's. An address has one salt, so that all who do so at once
 * have made the same, and the guard knows it.
 */
export function passwordKept(
  ctx: Ctx,
  { id, passwordHash }: Proven,
  made: string,
  error: () => AppError,
): { guard: Guard; statements: Statement[] } {
  const old = passwordHash ?? '';
  const guard: Guard = { stage: 'riders', condition: hashIsOneOf(id, [old, made]), error };
  if (!isBcrypt(old)) return { guard, statements: [] };

  const about = { actorId: id, subjectId: id };
  return {
    guard,
    statements: [
      replaceHash(ctx.db, id, { from: old, to: made }),
      recordAudit(ctx, 'auth.password_rehashed', about, rehashedHere(id, made)),
    ],
  };
}
