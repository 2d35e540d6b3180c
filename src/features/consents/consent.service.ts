import { type Ctx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { lockRider } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { lockJourneysOf } from '../presence/presence.guards.ts';
import { otherStatement } from './consent.errors.ts';
import {
  deleteHealthKey,
  deleteHeartRates,
  insertHealthKey,
  isGivenAt,
  isKeyLost,
  isWithdrawnAt,
  markWithdrawn,
  selectConsents,
  upsertConsent,
} from './consent.repository.ts';
import { type Statement, statements } from './consent.rules.ts';
import { type Purpose, purposes } from './consent.table.ts';
import { makeHealthKey } from './health-key.service.ts';

export type Consent = {
  purpose: Purpose;
  /** The current statement. */
  statement: Statement;
  /** When the rider consented, and to which version; null without a consent in force. */
  given: { at: Date; version: number } | null;
};

/** All that the caller can consent to. */
export async function listConsents(ctx: Ctx): Promise<Consent[]> {
  const { userId } = requireSession(ctx);
  const rows = await selectConsents(ctx.db, { userId });
  return purposes.map((purpose) => {
    const row = rows.find((one) => one.purpose === purpose && one.withdrawnAt === null);
    return {
      purpose,
      statement: statements[purpose],
      given: row ? { at: row.givenAt, version: row.statementVersion } : null,
    };
  });
}

/** Gives a consent, and the rider a key for it. A consent to the same statement that is in force stays as it is. */
export async function giveConsent(ctx: Ctx, purpose: Purpose, statementVersion: number): Promise<Consent> {
  const { userId } = requireSession(ctx);
  const statement = statements[purpose];
  if (statementVersion !== statement.version) throw otherStatement();
  const now = ctx.now();
  const key = { userId, purpose };
  const sealedKey = await makeHealthKey(ctx, key);
  const { rows } = await commit(ctx, {
    guards: [lockRider(userId, 'no key update'), lockJourneysOf(userId)],
    writes: {
      consent: upsertConsent(ctx.db, { ...key, statementVersion, givenAt: now }),
      // A backup that is restored without keys has data that nobody can read.
      unreadable: deleteKept[purpose](ctx.db, userId, isKeyLost(key)),
      key: insertHealthKey(ctx.db, { ...key, sealedKey, createdAt: now }),
      audit: recordAudit(
        ctx,
        `consents.give_${purpose}_${statementVersion}`,
        { subjectId: userId },
        isGivenAt(key, now),
      ),
    },
    reads: { rows: selectConsents(ctx.db, { userId }) },
  });
  const row = rows.find((one) => one.purpose === purpose);
  return { purpose, statement, given: row ? { at: row.givenAt, version: row.statementVersion } : null };
}

/** Withdraws a consent. Its key and what was kept under it are deleted in the same commit. */
export async function withdrawConsent(ctx: Ctx, purpose: Purpose): Promise<void> {
  const { userId } = requireSession(ctx);
  const now = ctx.now();
  const key = { userId, purpose };
  await commit(ctx, {
    guards: [lockRider(userId, 'no key update'), lockJourneysOf(userId)],
    writes: {
      consent: markWithdrawn(ctx.db, key, now),
      data: deleteKept[purpose](ctx.db, userId),
      key: deleteHealthKey(ctx.db, key),
      audit: recordAudit(ctx, `consents.withdraw_${purpose}`, { subjectId: userId }, isWithdrawnAt(key, now)),
    },
  });
}

/** How what is kept under a consent is deleted. */
const deleteKept: Readonly<Record<Purpose, typeof deleteHeartRates>> = { heart_rate: deleteHeartRates };
