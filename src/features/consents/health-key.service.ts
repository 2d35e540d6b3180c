import type { Ctx } from '../../context.ts';
import { sealBytes, unsealBytes } from '../../lib/seal.ts';
import { selectHealthKey } from './consent.repository.ts';
import type { Purpose } from './consent.table.ts';
import type { HealthKey } from './health-key.rules.ts';

/** A new random key, encrypted for the table. */
export const makeHealthKey = (ctx: Ctx, userId: string): Promise<Uint8Array> =>
  sealBytes(ctx.config.keys.health, crypto.getRandomValues(new Uint8Array(32)), aboutKey(userId));

/** The rider's key; undefined without their consent. */
export async function openHealthKey(ctx: Ctx, userId: string, purpose: Purpose): Promise<HealthKey | undefined> {
  const [row] = await selectHealthKey(ctx.db, { userId, purpose });
  if (!row) return undefined;
  const key = await unsealBytes(ctx.config.keys.health, row.sealedKey, aboutKey(userId));
  if (!key) throw new Error('LOCATION_SECRET does not open the key of health data');
  return { userId, purpose, sealedKey: row.sealedKey, key };
}

/** Encrypts health data about a thing of the rider. */
export const sealHealthData = ({ key, purpose }: HealthKey, id: string, bytes: Uint8Array): Promise<Uint8Array> =>
  sealBytes(key, bytes, `${purpose}:${id}`);

export async function openHealthData({ key, purpose }: HealthKey, id: string, sealed: Uint8Array): Promise<Uint8Array> {
  const bytes = await unsealBytes(key, sealed, `${purpose}:${id}`);
  if (!bytes) throw new Error("the rider's key does not open the health data");
  return bytes;
}

const aboutKey = (userId: string): string => `health-key:${userId}`;
