// npm run admin: creates accounts and changes roles from the operator's shell, also before the first admin exists.
import { createHash, randomBytes } from 'node:crypto';
import { neon, neonConfig } from '@neondatabase/serverless';
import { v7 as uuidv7 } from 'uuid';
import { normaliseEmail } from '../src/lib/email-address.ts';
import { answerHelp } from './stack/help.ts';
import { parseOptions } from './stack/options.ts';
import { fail, Refusal } from './stack/refusal.ts';
import { findOwnDatabase, findPorts } from './stack/running.ts';
import { localUrl } from './stack/variables.ts';

const usage = `npm run admin -- grant <address> [--role admin|user|guest]
    gives an account a role: admin, if you name none
npm run admin -- create <address> <name> [--role admin|user|guest]
    creates an account and prints a link to set its password

Both use the database of DATABASE_OWNER_URL, or that of the running npm start.
Set WEB_URL to the address of the web app: the link begins with it.`;

const roles = ['admin', 'user', 'guest'];

type Sql = ReturnType<typeof neon<false, false>>;

/** Every change of an account is audited in the same transaction. */
const auditEntry = (sql: Sql, action: string, userId: string) => sql`
  insert into audit (id, at, action, subject_id, request_id, network_hash, user_agent)
  values (${uuidv7()}, ${new Date().toISOString()}, ${action}, ${userId}, ${uuidv7()}, '\\x', 'npm run admin')`;

/** Gives an account a role, which takes effect with the rider's next request. */
async function grant(sql: Sql, address: string, role: string): Promise<void> {
  const [user] = await sql`select id from users where email = ${addressOf(address)}`;
  if (!user) throw new Refusal(`No account has the address ${address}. Sign up first, or run npm run admin -- create.`);
  await sql.transaction([
    sql`update users set role = ${role}, version = version + 1, updated_at = ${new Date().toISOString()} where id = ${user.id}`,
    auditEntry(sql, `users.made_${role}`, user.id),
    // A guest gets no digests, so a queued one is withdrawn, as in changeAccount.
    ...(role === 'guest' ? [sql`delete from outbox where digest_rider_id = ${user.id}`] : []),
  ]);
}

const resetTtlMs = 60 * 60 * 1_000;

/** Creates an account without a password. Returns a token that sets the password once, within an hour. */
async function create(
  sql: Sql,
  { address, name, role }: { address: string; name: string; role: string },
): Promise<string> {
  const [id, token, now] = [uuidv7(), randomBytes(32).toString('base64url'), new Date()];
  const email = addressOf(address);
  const [taken] = await sql`select from users where email = ${email}`;
  if (taken)
    throw new Refusal(`${email} already has an account. To change its role, run npm run admin -- grant ${email}`);
  const tokenHash = `\\x${createHash('sha256').update(token).digest('hex')}`;
  await sql.transaction([
    sql`insert into users (id, email, name, role, created_at, updated_at)
      values (${id}, ${email}, ${name}, ${role}, ${now.toISOString()}, ${now.toISOString()})`,
    sql`insert into password_resets (user_id, token_hash, expires_at)
      values (${id}, ${tokenHash}, ${new Date(now.getTime() + resetTtlMs).toISOString()})`,
    auditEntry(sql, 'users.create', id),
  ]);
  return token;
}

function addressOf(text: string): string {
  const email = normaliseEmail(text);
  if (!email) throw new Refusal(`${text} is not an email address.`);
  return email;
}

async function connect(): Promise<Sql> {
  const { DATABASE_OWNER_URL, DATABASE_ENDPOINT } = process.env;
  const { url, endpoint } = DATABASE_OWNER_URL
    ? { url: DATABASE_OWNER_URL, endpoint: DATABASE_ENDPOINT }
    : await findOwnDatabase();
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return neon(url);
}

async function main(): Promise<void> {
  const { positionals, values } = parseOptions(
    { args: process.argv.slice(2), allowPositionals: true, options: { role: { type: 'string' } } },
    usage,
  );
  const [verb, address, name] = positionals;
  const role = values.role ?? (verb === 'grant' ? 'admin' : 'user');
  if (!roles.includes(role)) throw new Refusal(`The role “${role}” does not exist.\n\n${usage}`);
  const sql = await connect();
  if (verb === 'grant' && address && !name) {
    await grant(sql, address, role);
    console.log(`${address} is ${role === 'admin' ? 'an admin' : `a ${role}`} from the next request on.`);
  } else if (verb === 'create' && address && name) {
    const token = await create(sql, { address, name, role });
    const { WEB_URL = localUrl((await findPorts()).port) } = process.env;
    console.log(
      `The owner of ${address} can set a password with this link, once, within an hour:\n${WEB_URL}/reset-password#token=${token}`,
    );
  } else throw new Refusal(usage);
}

answerHelp(usage);
await main().catch(fail);
