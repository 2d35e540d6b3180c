import { encodeBase64url } from './base64url.ts';

/** A secret of 256 bits for a link, a code or a state. */
export const randomToken = (): string => encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
