import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { newKeySet } from './signing-keys.ts';

/** Adds missing secrets to the file that wrangler reads. Existing values stay. Returns the added names. */
export async function ensureSecrets(file: string): Promise<string[]> {
  const present = existsSync(file)
    ? readFileSync(file, 'utf8')
    : '# npm start made this file for this machine only. Git ignores it.\n';
  const values = parseEnv(present);
  const missing = Object.entries(generators).filter(([name]) => !values[name]);
  if (missing.length === 0) return [];

  const lines = await Promise.all(missing.map(async ([name, generate]) => `${name}='${await generate()}'\n`));
  writeFileSync(file, `${present.replace(/\n?$/, '\n')}${lines.join('')}`, { mode: 0o600 });
  return missing.map(([name]) => name);
}

const generators: Record<string, () => string | Promise<string>> = {
  DATABASE_URL: () => 'postgresql://kairos_app:local@localhost/kairos',
  AUTH_KEYS: async () => JSON.stringify(await newKeySet(new Date())),
  TOKEN_SECRET: () => randomBytes(32).toString('base64url'),
  LOCATION_SECRET: () => randomBytes(32).toString('base64url'),
  RESEND_API_KEY: () => 're_local',
};
