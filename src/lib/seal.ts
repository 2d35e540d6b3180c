/** AES-256-GCM: a fresh 12-byte nonce, then the ciphertext with its tag. */
const importKey = (key: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', new Uint8Array(key), 'AES-GCM', false, ['encrypt', 'decrypt']);

export async function seal(key: Uint8Array, text: string): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv },
    await importKey(key),
    new TextEncoder().encode(text),
  );
  return new Uint8Array([...iv, ...new Uint8Array(data)]);
}

/** Decrypts with the first key that fits; `undefined` when no key does. */
export async function unseal(keys: readonly Uint8Array[], sealed: Uint8Array): Promise<string | undefined> {
  const bytes = new Uint8Array(sealed);
  for (const key of keys) {
    try {
      const opened = { name: 'AES-GCM', iv: bytes.slice(0, 12) };
      return new TextDecoder().decode(await crypto.subtle.decrypt(opened, await importKey(key), bytes.slice(12)));
    } catch {
      // Another key may open it.
    }
  }
  return;
}
