// Starts a peer: a Fastify server for the same calls on the same tables.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Server } from './load.ts';

const folder = join(import.meta.dirname, '../peers');

export function installPeers(): void {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('npm ci --prefix bench/peers failed');
}

/** The environment variables of `server.mjs`. */
export type PeerSettings = {
  PEER_ISSUER: string;
  PEER_SIGNING_KEY: string;
  PEER_REFRESH_KEY: string;
  PEER_DATABASE_URL: string;
  /** With an endpoint the peer uses Neon's protocol, without one Postgres' own. */
  PEER_DATABASE_ENDPOINT?: string;
};

const Listening = z.object({ port: z.int() });

export async function startPeer(settings: PeerSettings): Promise<Server & { stop: () => Promise<void> }> {
  const child = fork(join(folder, 'server.mjs'), {
    // The log is discarded, like that of the Worker.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...settings },
  });
  const exited = once(child, 'exit');
  const [message] = await Promise.race([
    once(child, 'message'),
    exited.then(() => Promise.reject(new Error('the peer ended before it listened'))),
  ]);
  const { port } = Listening.parse(message);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
