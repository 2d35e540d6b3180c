// A new private key set for AUTH_KEYS: node scripts/keys.mjs
// To rotate: put the new key behind the old one, in front of it an hour later, and drop the old one after another.
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const key = await exportJWK(privateKey);
const kid = await calculateJwkThumbprint(key);
process.stdout.write(`${JSON.stringify({ keys: [{ ...key, kid, alg: 'ES256', use: 'sig' }] })}\n`);
