import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const Surroundings = z.object({
  bindings: z.looseObject({ DATABASE_URL: z.string(), DATABASE_ENDPOINT: z.string(), API_URL: z.string() }),
  databaseName: z.string(),
  databaseVersion: z.string(),
});

/** Starts a database endpoint with a new database on the server of DATABASE_URL, and returns the Worker's bindings. */
export async function openSurroundings() {
  const server = process.env.DATABASE_URL;
  if (!server) throw new Error('Set DATABASE_URL to a Postgres with PostGIS whose user may create databases.');
  const child = fork(join(import.meta.dirname, 'surroundings-process.ts'));
  const exited = once(child, 'exit');
  const [message] = await Promise.race([
    once(child, 'message'),
    exited.then(() => Promise.reject(new Error('the database endpoint ended before it was ready'))),
  ]);
  const { bindings, databaseName, databaseVersion } = Surroundings.parse(message);
  const url = new URL(server);
  url.pathname = `/${databaseName}`;
  return {
    bindings: z.record(z.string(), z.string()).parse(bindings),
    endpoint: bindings.DATABASE_ENDPOINT,
    apiUrl: bindings.API_URL,
    databaseUrl: url.href,
    databaseVersion,
    async close() {
      child.disconnect();
      await exited;
    },
  };
}
