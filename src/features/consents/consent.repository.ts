import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { trackSensors } from '../tracks/sensor.table.ts';
import { tracks } from '../tracks/track.table.ts';
import { type ConsentRow, consents, type Purpose } from './consent.table.ts';
import { healthKeys } from './health-key.table.ts';

type Key = { userId: string; purpose: Purpose };

const isOf = ({ userId, purpose }: Key) => and(eq(consents.userId, userId), eq(consents.purpose, purpose));

export const selectConsents = prepare((db, { userId }: Given<{ userId: string }>) =>
  db.select().from(consents).where(eq(consents.userId, userId)),
);

/** Writes the consent, unless the rider has given the same one already. */
export const giveConsent = (db: Db, consent: Omit<ConsentRow, 'withdrawnAt'>) =>
  db
    .insert(consents)
    .values(consent)
    .onConflictDoUpdate({
      target: [consents.userId, consents.purpose],
      set: { statementVersion: consent.statementVersion, givenAt: consent.givenAt, withdrawnAt: null },
      setWhere: sql`${consents.withdrawnAt} is not null or ${consents.statementVersion} <> ${consent.statementVersion}`,
    });

/** True if the rider gave the consent at this very moment. */
export const isGivenAt = (key: Key, at: Date) =>
  sql`exists (select from ${consents} where ${isOf(key)} and given_at = ${at.toISOString()})`;

export const withdrawConsent = (db: Db, key: Key, at: Date) =>
  db
    .update(consents)
    .set({ withdrawnAt: at })
    .where(and(isOf(key), isNull(consents.withdrawnAt)));

/** True if the rider withdrew the consent at this very moment. */
export const isWithdrawnAt = (key: Key, at: Date) =>
  sql`exists (select from ${consents} where ${isOf(key)} and withdrawn_at = ${at.toISOString()})`;

/** A rider has one key for all health data. */
export const insertHealthKey = (db: Db, key: typeof healthKeys.$inferInsert) =>
  db.insert(healthKeys).values(key).onConflictDoNothing();

/** Deletes the key of a rider who consents to nothing any more. */
export const deleteUnusedKey = (db: Db, userId: string) =>
  db
    .delete(healthKeys)
    .where(
      and(
        eq(healthKeys.userId, userId),
        sql`not exists (select from ${consents} where ${consents.userId} = ${userId} and ${consents.withdrawnAt} is null)`,
      ),
    );

/** Deletes the heart rates of all lines of a rider. */
export const deleteHeartRates = (db: Db, userId: string) =>
  db.execute(sql`
    update ${trackSensors} s set heart_rate = null
    from ${tracks} t join ${journeys} j on j.id = t.journey_id
    where s.track_id = t.id and j.owner_id = ${userId} and s.heart_rate is not null`);

/** The key of a rider who consents to the purpose. */
export const selectHealthKey = prepare((db, { userId, purpose }: Given<Key>) =>
  db
    .select({ sealedKey: healthKeys.sealedKey })
    .from(healthKeys)
    .innerJoin(consents, eq(consents.userId, healthKeys.userId))
    .where(and(eq(healthKeys.userId, userId), eq(consents.purpose, purpose), isNull(consents.withdrawnAt))),
);

/** True while the rider consents and has this key; locks the consent, so that it can be withdrawn only afterwards. */
export const lockConsentRow = prepareCondition(
  ({ userId, purpose, sealedKey }: Given<Key & { sealedKey: Uint8Array }>) => sql`
    select true from ${consents} join ${healthKeys} on ${healthKeys.userId} = ${consents.userId}
    where ${consents.userId} = ${userId} and ${consents.purpose} = ${purpose} and ${consents.withdrawnAt} is null
      and ${eq(healthKeys.sealedKey, sealedKey)}
    for share`,
);
