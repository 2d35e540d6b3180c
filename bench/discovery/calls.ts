// Measures the whole call: from a rider's app through the Worker to the database.
import { Agent } from 'node:http';
import type { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { openPostgres } from '../../local/database/postgres.ts';
import { scopesOf } from '../../src/context.ts';
import { signAccessToken } from '../../src/lib/access-token.ts';
import { startSurroundings } from '../../test/support/surroundings.ts';
import { send } from '../http/load.ts';
import { configOf } from '../http/world.ts';
import { buildWorker } from '../stack/build.ts';
import { startWorkerd } from '../stack/workerd.ts';
import { journeyIdOf, ownerIdOf } from './load.ts';
import type { Search, SearchInput } from './searches.ts';

const Answer = z.object({ items: z.array(z.unknown()) });

const pathOf = ({ asker, radiusM, windowDays }: SearchInput): string => {
  const when = windowDays === 'any' ? 'when=any' : `window_days=${windowDays}`;
  return `/v1/journeys/${journeyIdOf(asker)}/nearby?radius_m=${radiusM}&${when}&limit=50`;
};

/** Starts the Worker in bare workerd, with the database of `client` at `url`. */
export async function openCalls(client: Client, url: string): Promise<{ search: Search; close: () => Promise<void> }> {
  const database = await openPostgres(url);
  const { bindings, close } = await startSurroundings({
    watch: () => database,
    bindings: { API_URL: 'http://api.kairos.test', DISCLOSURES_PER_WEEK: '100000', VIEWS_PER_WEEK: '100000' },
  });
  const worker = await startWorkerd(await buildWorker(), bindings);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const config = configOf(bindings);
  const tokens = new Map<number, { token: string; signedAt: number }>();

  async function logIn(asker: number): Promise<string> {
    const [userId, sessionId, now] = [ownerIdOf(asker), uuidv7(), new Date()];
    await client.query(
      `insert into sessions (id, user_id, user_agent, created_at, authenticated_at, rotated_at, last_used_at, expires_at)
       values ($1, $2, 'bench', $3, $3, $3, $3, $3::timestamptz + interval '1 day')`,
      [sessionId, userId, now],
    );
    const scope = scopesOf.user.join(' ');
    return await signAccessToken(config, { userId, sessionId, tokenId: uuidv7(), role: 'user', scope, now });
  }

  /** A token that stays valid for some minutes. */
  async function tokenOf(asker: number): Promise<string> {
    const kept = tokens.get(asker);
    if (kept && Date.now() - kept.signedAt < 5 * 60_000) return kept.token;
    const token = await logIn(asker);
    tokens.set(asker, { token, signedAt: Date.now() });
    return token;
  }

  return {
    async search(input) {
      const headers = { Authorization: `Bearer ${await tokenOf(input.asker)}` };
      const { status, text } = await send(worker.url, { method: 'GET', path: pathOf(input), headers }, agent);
      if (status !== 200) throw new Error(`${pathOf(input)} answered ${status}: ${text}`);
      return Answer.parse(JSON.parse(text)).items.length;
    },
    async close() {
      agent.destroy();
      await worker.stop();
      await close();
      await database.close();
    },
  };
}
