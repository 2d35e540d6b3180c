import type { Ctx } from '../../context.ts';
import { type Guard, query } from '../../db/commit.ts';
import { sealBytes, unsealBytes } from '../../lib/seal.ts';
import { selectHealthKey } from './consent.repository.ts';
import { statements } from './consent.rules.ts';
import type { Purpose } from './consent.table.ts';
import type { HealthKey, KeyUse } from './health-key.rules.ts';

type Owner = { userId: string; purpose: Purpose };

/** A new random key, encrypted for the table. */
export const makeHealthKey = (ctx: Ctx, owner: Owner): Promise<Uint8Array> =>
  sealBytes(ctx.config.keys.health, crypto.getRandomValues(new Uint8Array(32)), aboutKey(owner));

/** The rider's key; undefined without their consent. The guards must hold, and are checked in the same trip. */
export async function openHealthKey(
  ctx: Ctx,
  owner: Owner,
  use: KeyUse,
  guards: readonly Guard[] = [],
): Promise<HealthKey | undefined> {
  const version = use === 'keep' ? statements[owner.purpose].version : undefined;
  const {
    keys: [row],
  } = await query(ctx, { guards, reads: { keys: selectHealthKey(ctx.db, { ...owner, version }) } });
  if (!row) return undefined;
  const key = await unsealBytes(ctx.config.keys.health, row.sealedKey, aboutKey(owner));
  if (!key) throw new Error('LOCATION_SECRET does not open the key of health data');
  return { ...owner, sealedKey: row.sealedKey, key };
}

/** Encrypts health data about a thing of the rider. */
export const sealHealthData = ({ key, purpose }: HealthKey, id: string, bytes: Uint8Array): Promise<Uint8Array> =>
  sealBytes(key, bytes, `${purpose}:${id}`);

/** Undefined for data of another key, as a restored backup may have it. */
export const openHealthData = (
  { key, purpose }: HealthKey,
  id: string,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> => unsealBytes(key, sealed, `${purpose}:${id}`);

const aboutKey = ({ userId, purpose }: Owner): string => `health-key:${purpose}:${userId}`;
