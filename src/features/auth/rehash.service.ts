import type { Ctx } from '../../context.ts';
import type { Guard, Statement } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { isBcrypt } from '../../lib/bcrypt-hash.ts';
import { hashPassword, saltFor } from '../../lib/password-hash.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { hashIsOneOf, rehashedHere, replaceHash } from './password.repository.ts';

type Proven = { id: string; email: string; passwordHash: string | null };

/**
 * Unsent, for a password that has just proved right: the guard that the rider still has it, and what keeps a hash of
 * the predecessor's as argon2id from now on. An address has one salt, so that all who do so at once make one hash, and
 * the guard knows it.
 */
export function passwordKept(
  ctx: Ctx,
  { id, email, passwordHash }: Proven,
  password: string,
  error: AppError,
): { guard: Guard; statements: Statement[] } {
  const old = passwordHash ?? '';
  if (!isBcrypt(old)) return { guard: { condition: hashIsOneOf(id, [old]), error }, statements: [] };

  const made = hashPassword(password, saltFor(ctx.config.keys.salt, email));
  const about = { actorId: id, subjectId: id };
  return {
    guard: { condition: hashIsOneOf(id, [old, made]), error },
    statements: [
      replaceHash(ctx.db, id, { from: old, to: made }),
      auditEntry(ctx, 'auth.password_rehashed', about, rehashedHere(id, made)),
    ],
  };
}
