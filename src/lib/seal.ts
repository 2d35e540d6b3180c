/** AES-256-GCM: a fresh 12-byte nonce, then the ciphertext with its tag. */
const importKey = (key: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', new Uint8Array(key), 'AES-GCM', false, ['encrypt', 'decrypt']);

const ivBytes = 12;
const utf8 = new TextEncoder();

/** Encrypts bytes. They can be opened only with the same `about`, which says what they are and whose. */
export async function sealBytes(key: Uint8Array, bytes: Uint8Array, about = ''): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8.encode(about) };
  const data = await crypto.subtle.encrypt(algorithm, await importKey(key), new Uint8Array(bytes));
  const sealed = new Uint8Array(ivBytes + data.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(data), ivBytes);
  return sealed;
}

/** Decrypts bytes; `undefined` if the key or `about` does not fit. */
export async function unsealBytes(key: Uint8Array, sealed: Uint8Array, about = ''): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(sealed);
  const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, ivBytes), additionalData: utf8.encode(about) };
  const imported = await importKey(key);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, bytes.slice(ivBytes)));
  } catch {
    return undefined;
  }
}

export const seal = (key: Uint8Array, text: string): Promise<Uint8Array> => sealBytes(key, utf8.encode(text));

/** Decrypts with the first key that fits; `undefined` when no key does. */
export async function unseal(keys: readonly Uint8Array[], sealed: Uint8Array): Promise<string | undefined> {
  for (const key of keys) {
    const bytes = await unsealBytes(key, sealed);
    if (bytes) return new TextDecoder().decode(bytes);
  }
  return;
}
