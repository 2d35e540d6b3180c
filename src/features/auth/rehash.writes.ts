import type { Ctx } from '../../context.ts';
import type { Statement } from '../../db/commit.ts';
import { isBcrypt } from '../../lib/bcrypt-hash.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { hasRehashedHere, replaceHash } from './password.repository.ts';

/** Replaces a bcrypt hash of an imported rider by a hash of ours of the same password. Other hashes stay. */
export function replaceBcryptHash(
  ctx: Ctx,
  { id, passwordHash }: { id: string; passwordHash: string | null },
  newHash: string,
): Statement[] {
  if (!passwordHash || !isBcrypt(passwordHash)) return [];
  const about = { actorId: id, subjectId: id };
  return [
    replaceHash(ctx.db, id, { from: passwordHash, to: newHash }),
    recordAudit(ctx, 'auth.password_rehashed', about, hasRehashedHere(id, newHash)),
  ];
}
