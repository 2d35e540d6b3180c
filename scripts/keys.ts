// npm run keys: makes and rotates the private key set AUTH_KEYS.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { answerHelp } from '../local/stack/help.ts';
import { newKeySet, type Rotation, readKeySet, rotateKeys } from '../local/stack/signing-keys.ts';

const usage = `npm run --silent keys -- new              prints a new key set
npm run --silent keys -- rotate <file>    takes the next step of a rotation and rewrites the file
npm run --silent keys -- rotate           does the same with AUTH_KEYS in .dev.vars`;

const messages: Record<Rotation['step'], string> = {
  published: `The set has a new key, which is published but does not sign yet.
Upload the set and wait an hour, until all cached key sets have the new key. Then rotate again.`,
  signing: `The new key signs from now on, and the old key still verifies.
Upload the set and wait 16 minutes, until the last token of the old key has expired. Then rotate again.`,
  dropped: `The old key is removed. After the upload its tokens are refused.
Upload the set. Then the rotation is complete.`,
};

/** Replaces the file atomically, since it may be the only copy. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function rotateFile(file: string): Promise<void> {
  const { set, step } = await rotateKeys(readKeySet(readFileSync(file, 'utf8')), new Date());
  replaceFile(file, `${JSON.stringify(set)}\n`);
  console.error(`${messages[step]}\n\n  npx wrangler secret put AUTH_KEYS --env production < ${file}`);
}

async function rotateLocal(): Promise<void> {
  const file = '.dev.vars';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const value = parseEnv(text).AUTH_KEYS;
  if (!value) throw new Error('.dev.vars has no AUTH_KEYS. Run npm start to make it, or name a file.');
  const { set, step } = await rotateKeys(readKeySet(value), new Date());
  replaceFile(
    file,
    text.replace(/^AUTH_KEYS=.*$/m, () => `AUTH_KEYS='${JSON.stringify(set)}'`),
  );
  console.error(`${messages[step]}\n\nFor .dev.vars, restart npm start instead of the upload.`);
}

answerHelp(usage);
const [command, file, ...rest] = process.argv.slice(2);
try {
  if (command === 'new' && !file) console.log(JSON.stringify(await newKeySet(new Date())));
  else if (command === 'rotate' && rest.length === 0) await (file ? rotateFile(file) : rotateLocal());
  else throw new Error(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
