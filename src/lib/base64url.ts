export const encodeBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** In a last group of two or three characters, the bits that belong to no byte are zero (RFC 4648 section 3.5). */
const canonical = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/** The text is unpadded base64url (RFC 4648 section 5) in the canonical spelling. */
export const isBase64url = (text: string): boolean => canonical.test(text);

/** The bytes of a canonical text; `undefined` for any other. */
export const decodeBase64url = (text: string): Uint8Array | undefined =>
  isBase64url(text)
    ? Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    : undefined;
