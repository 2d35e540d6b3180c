import { createHash, randomBytes } from 'node:crypto';
import { sql } from '../../../test/support/db.ts';

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
export const newToken = (): string => randomBytes(32).toString('base64url');
export const freshAddress = (): string => `${crypto.randomUUID()}@example.com`;
export const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
export const now = (): string => new Date().toISOString();

export const countOf = async (query: Promise<Record<string, unknown>[]>): Promise<number> => (await query).length;

export const auditOf = (action: string, subjectId: string): Promise<number> =>
  countOf(sql`select from audit where action = ${action} and subject_id = ${subjectId}`);

export const ridersAt = (email: string): Promise<number> => countOf(sql`select from users where email = ${email}`);

/** Inserts pending registrations of one address with SQL, so that no password is hashed. */
export async function insertRegistrations(email: string, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, newToken);
  await sql.transaction(
    tokens.map(
      (token) => sql`insert into registrations (id, email, name, password_hash, token_hash, created_at, expires_at)
      values (${crypto.randomUUID()}, ${email}, 'Anna', '$argon2id$', ${sha256(token)}, ${now()}, ${inAnHour()})`,
    ),
  );
  return tokens;
}
