import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { sha256Bytes } from '../../lib/keys.ts';
import { endSession } from '../sessions/session.writes.ts';
import { invalidCode } from './oauth.errors.ts';
import { findCode } from './oauth.repository.ts';

export type Exchange = { code: string; codeVerifier: string; deviceToken?: string | undefined };

/** Looks a code up for a client that has its verifier. A second use of a code ends the session of the first one. */
export async function openCode(ctx: Ctx, { code, codeVerifier }: Exchange) {
  const codeHash = sha256Bytes(code);
  const codeChallenge = encodeBase64url(sha256Bytes(codeVerifier));
  const found = await findCode(ctx.db, { codeHash, codeChallenge }, ctx.now());
  if (!found) throw invalidCode();
  if (found.is_used) {
    // The session ends whether or not the credential of this call is in force.
    if (found.session_id) {
      await commit({ ...ctx, actorGuards: {} }, { writes: { session: endSession(ctx, found.session_id) } });
    }
    throw invalidCode();
  }
  return { ...found, codeHash };
}

export type OpenedCode = Awaited<ReturnType<typeof openCode>>;
