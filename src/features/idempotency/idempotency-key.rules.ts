import { encodeBase64url } from '../../lib/base64url.ts';
import { hmacSha256 } from '../../lib/keys.ts';

export const retentionDays = 30;
export const maxKeys = 10_000;

/** A request with an idempotency key. `bodyHash` answers the hash of the part of the body that has been read so far. */
export type RepeatableRequest = {
  key: string;
  operation: string;
  method: string;
  path: string;
  bodyHash: () => Uint8Array;
};

/** The ids of the rows that a request created, and the status of its answer. */
export type Creation = { resourceIds: readonly string[]; status: number };

/** A keyed hash, so that a dump of the table reveals no idempotency key. Two riders may use the same one. */
export const keyHashOf = (secret: Uint8Array, userId: string, key: string): Uint8Array =>
  hmacSha256(secret, `key:${userId}:${key}`);

/** Distinguishes a repeat from another request with the same key. */
export const requestHashOf = (secret: Uint8Array, { method, path, bodyHash }: RepeatableRequest): Uint8Array =>
  hmacSha256(secret, `request:${method} ${path} ${encodeBase64url(bodyHash())}`);
