import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';

const SigningKey = z.looseObject({
  kid: z.string().min(1),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  /** When the key was made, in seconds. Older keys have no `iat` and count as the oldest. */
  iat: z.int().optional(),
});
export type SigningKey = z.infer<typeof SigningKey>;
const KeySet = z.strictObject({ keys: z.array(SigningKey).min(1) });
export type KeySet = z.infer<typeof KeySet>;

const madeAt = ({ iat = 0 }: SigningKey): number => iat;

/** A private ES256 key, named by its thumbprint (RFC 7638). */
export async function newSigningKey(now: Date): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key: JWK = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(key);
  return SigningKey.parse({ ...key, kid, alg: 'ES256', use: 'sig', iat: Math.floor(now.getTime() / 1_000) });
}

export const newKeySet = async (now: Date): Promise<KeySet> => ({ keys: [await newSigningKey(now)] });

/** Parses the value of AUTH_KEYS. The error does not contain any part of the value. */
export function readKeySet(text: string): KeySet {
  try {
    return KeySet.parse(JSON.parse(text));
  } catch {
    throw new Error('This is not a private key set: {"keys": [...]} with ES256 keys.');
  }
}

export type Rotation = { set: KeySet; step: 'published' | 'signing' | 'dropped' };

/**
 * Takes the next step of a rotation: publish a second key, let it sign, drop the old key. The first key of a set signs,
 * and all keys verify.
 */
export async function rotateKeys({ keys }: KeySet, now: Date): Promise<Rotation> {
  const [first, second, ...more] = keys;
  if (!first || more.length > 0) throw new Error(`The set has ${keys.length} keys. A rotation needs one or two.`);
  if (!second) {
    const made = await newSigningKey(now);
    // The new key must be newer even if the clock went back.
    const next = { ...made, iat: Math.max(madeAt(made), madeAt(first) + 1) };
    return { set: { keys: [first, next] }, step: 'published' };
  }
  if (first.kid === second.kid) throw new Error('Both keys have the same kid.');
  if (madeAt(first) === madeAt(second))
    throw new Error('Both keys have the same `iat` or none, so the newer key is unknown. Remove one of them.');
  if (madeAt(second) > madeAt(first)) return { set: { keys: [second, first] }, step: 'signing' };
  return { set: { keys: [first] }, step: 'dropped' };
}
