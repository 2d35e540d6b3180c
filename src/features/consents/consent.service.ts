import { type Ctx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { lockRider } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { otherStatement } from './consent.errors.ts';
import {
  deleteHeartRates,
  deleteUnusedKey,
  giveConsent,
  insertHealthKey,
  isGivenAt,
  isWithdrawnAt,
  selectConsents,
  withdrawConsent,
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

/** Gives a consent, and the rider a key. A consent that is in force stays as it is. */
export async function consent(ctx: Ctx, purpose: Purpose, statementVersion: number): Promise<Consent> {
  const { userId } = requireSession(ctx);
  const statement = statements[purpose];
  if (statementVersion !== statement.version) throw otherStatement();
  const now = ctx.now();
  const sealedKey = await makeHealthKey(ctx, userId);
  const { rows } = await commit(ctx, {
    guards: [lockRider(userId, 'no key update')],
    writes: {
      consent: giveConsent(ctx.db, { userId, purpose, statementVersion, givenAt: now }),
      key: insertHealthKey(ctx.db, { userId, sealedKey, createdAt: now }),
      audit: recordAudit(ctx, `consents.give_${purpose}`, { subjectId: userId }, isGivenAt({ userId, purpose }, now)),
    },
    reads: { rows: selectConsents(ctx.db, { userId }) },
  });
  const row = rows.find((one) => one.purpose === purpose);
  return { purpose, statement, given: row ? { at: row.givenAt, version: row.statementVersion } : null };
}

/** Withdraws a consent. What was kept under it is deleted in the same commit, and without another consent the key too. */
export async function withdraw(ctx: Ctx, purpose: Purpose): Promise<void> {
  const { userId } = requireSession(ctx);
  const now = ctx.now();
  await commit(ctx, {
    guards: [lockRider(userId, 'no key update')],
    writes: {
      consent: withdrawConsent(ctx.db, { userId, purpose }, now),
      data: keptUnder[purpose](ctx, userId),
      key: deleteUnusedKey(ctx.db, userId),
      audit: recordAudit(
        ctx,
        `consents.withdraw_${purpose}`,
        { subjectId: userId },
        isWithdrawnAt({ userId, purpose }, now),
      ),
    },
  });
}

/** How what is kept under a consent is deleted. */
const keptUnder: Readonly<Record<Purpose, (ctx: Ctx, userId: string) => ReturnType<typeof deleteHeartRates>>> = {
  heart_rate: (ctx, userId) => deleteHeartRates(ctx.db, userId),
};
