// The private key set AUTH_KEYS: node scripts/keys.ts new | rotate [file]
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { newKeySet, type Rotation, readKeySet, rotateKeys } from '../local/stack/signing-keys.ts';

const usage = `npm run --silent keys -- new              prints a new key set
npm run --silent keys -- rotate <file>    takes the set in the file one step on and writes it back
npm run --silent keys -- rotate           the same with AUTH_KEYS in .dev.vars`;

const said: Record<Rotation['step'], string> = {
  published: `A new key stands behind the old one: published, not yet signing.
Upload the set, wait an hour until nobody's cached key set is without it, then rotate again.`,
  signing: `The new key signs now; the old one still verifies.
Upload the set, wait 16 minutes until the last token of the old key has expired, then rotate again.`,
  dropped: `The old key is gone; its tokens are refused from the upload on.
Upload the set; the rotation is done.`,
};

/** In one piece, or not at all: this may be the only copy. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function rotateFile(file: string): Promise<void> {
  const { set, step } = await rotateKeys(readKeySet(readFileSync(file, 'utf8')), new Date());
  replaceFile(file, `${JSON.stringify(set)}\n`);
  console.error(`${said[step]}\n\n  npx wrangler secret put AUTH_KEYS --env production < ${file}`);
}

async function rotateLocal(): Promise<void> {
  const file = '.dev.vars';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const value = parseEnv(text).AUTH_KEYS;
  if (!value) throw new Error('.dev.vars has no AUTH_KEYS: npm start makes it, or name a file');
  const { set, step } = await rotateKeys(readKeySet(value), new Date());
  replaceFile(
    file,
    text.replace(/^AUTH_KEYS=.*$/m, () => `AUTH_KEYS='${JSON.stringify(set)}'`),
  );
  console.error(`${said[step]}\n\nIn .dev.vars: to upload is to start npm start again.`);
}

const [command, file, ...rest] = process.argv.slice(2);
try {
  if (command === 'new' && !file) console.log(JSON.stringify(await newKeySet(new Date())));
  else if (command === 'rotate' && rest.length === 0) await (file ? rotateFile(file) : rotateLocal());
  else throw new Error(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
