import { makeUnsubscribeToken } from '../../lib/unsubscribe-token.ts';

/** The address in the `List-Unsubscribe` header of a digest. */
export const unsubscribeUrl = (apiUrl: string, keys: readonly Uint8Array[], riderId: string): string =>
  `${apiUrl}/v1/mail/unsubscribe?token=${makeUnsubscribeToken(keys, riderId)}`;
