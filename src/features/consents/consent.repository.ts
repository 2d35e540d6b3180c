import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { trackSensors } from '../tracks/sensor.table.ts';
import { tracks } from '../tracks/track.table.ts';
import { type ConsentRow, consents, type Purpose } from './consent.table.ts';
import { healthKeys } from './health-key.table.ts';

/** What names a consent, and the key that goes with it. */
type Key = { userId: string; purpose: Purpose };

const isOf = (table: typeof consents | typeof healthKeys, { userId, purpose }: Key | Given<Key>) =>
  and(eq(table.userId, userId), eq(table.purpose, purpose));

export const selectConsents = prepare((db, { userId }: Given<{ userId: string }>) =>
  db.select().from(consents).where(eq(consents.userId, userId)),
);

/** Writes the consent, unless the rider consents to the same statement already. */
export const upsertConsent = (db: Db, consent: Omit<ConsentRow, 'withdrawnAt'>) =>
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
  sql`exists (select from ${consents} where ${isOf(consents, key)} and given_at = ${at.toISOString()})`;

export const markWithdrawn = (db: Db, key: Key, at: Date) =>
  db
    .update(consents)
    .set({ withdrawnAt: at })
    .where(and(isOf(consents, key), isNull(consents.withdrawnAt)));

/** True if the rider withdrew the consent at this very moment. */
export const isWithdrawnAt = (key: Key, at: Date) =>
  sql`exists (select from ${consents} where ${isOf(consents, key)} and withdrawn_at = ${at.toISOString()})`;

export const insertHealthKey = (db: Db, key: typeof healthKeys.$inferInsert) =>
  db.insert(healthKeys).values(key).onConflictDoNothing();

export const deleteHealthKey = (db: Db, key: Key) => db.delete(healthKeys).where(isOf(healthKeys, key));

/** True if there is no key for what was kept under the consent. */
export const isKeyLost = (key: Key): SQL => sql`not exists (select from ${healthKeys} where ${isOf(healthKeys, key)})`;

/** Deletes the heart rates of all lines of a rider. Nothing else of a line changes. */
export const deleteHeartRates = (db: Db, userId: string, condition: SQL = sql`true`) => {
  const isMeasured = sql`s.heart_rate is not null and s.track_id in (
    select t.id from ${tracks} t join ${journeys} j on j.id = t.journey_id where j.owner_id = ${userId}) and ${condition}`;
  const isAlone = sql`s.power_w is null and s.cadence_rpm is null and s.temperature_c is null`;
  return [
    db.execute(sql`delete from ${trackSensors} s where ${isMeasured} and ${isAlone}`),
    db.execute(sql`update ${trackSensors} s set heart_rate = null where ${isMeasured}`),
  ];
};

/** The key of a rider who consents to the purpose; with a version, only of one who consents to that version. */
export const selectHealthKey = prepare(
  (db, { userId, purpose, version }: Given<Key & { version: number | undefined }>) =>
    db
      .select({ sealedKey: healthKeys.sealedKey })
      .from(healthKeys)
      .innerJoin(consents, and(eq(consents.userId, healthKeys.userId), eq(consents.purpose, healthKeys.purpose)))
      .where(
        and(
          isOf(healthKeys, { userId, purpose }),
          isNull(consents.withdrawnAt),
          version && eq(consents.statementVersion, version),
        ),
      ),
);

/** True while the rider consents. Locks the consent, so that it can be withdrawn only afterwards. */
export const lockConsentRow = prepareCondition(
  (key: Given<Key>) =>
    sql`select true from ${consents} where ${isOf(consents, key)} and ${isNull(consents.withdrawnAt)} for share`,
);

/** True while the rider has this key. */
export const hasHealthKey = prepareCondition(
  ({ sealedKey, ...key }: Given<Key & { sealedKey: Uint8Array }>) =>
    sql`select true from ${healthKeys} where ${isOf(healthKeys, key)} and ${eq(healthKeys.sealedKey, sealedKey)}`,
);
