import { argon2id as compute } from '../../node_modules/@noble/hashes/argon2.js';

const computed = new Map<string, Uint8Array>();

/** argon2id with a cache, since most riders of the tests have the same password and salt. */
export const argon2id: typeof compute = (password, salt, options) => {
  const [passwordBytes, saltBytes] = [bytesOf(password), bytesOf(salt)];
  const key = JSON.stringify([[...passwordBytes], [...saltBytes], options]);
  const digest = computed.get(key) ?? compute(passwordBytes, saltBytes, options);
  computed.set(key, digest);
  return digest.slice();
};

const bytesOf = (text: string | Uint8Array): Uint8Array =>
  typeof text === 'string' ? new TextEncoder().encode(text) : text;
