// npm run bench -- http: measures requests per second and CPU time per request, of the Worker and of a Fastify server.
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Call, calls, type Riders } from './http/calls.ts';
import { type Measurement, measure, type Server, send } from './http/load.ts';
import { installPeers, startPeer } from './http/peer.ts';
import { configOf, createReader, createWriter } from './http/world.ts';
import { markdownTable } from './markdown.ts';
import { buildWorker } from './stack/build.ts';
import { machineOf } from './stack/machine.ts';
import { openSurroundings } from './stack/surroundings.ts';
import { startWorkerd } from './stack/workerd.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '8' },
    /** Measures only calls whose name contains this text. */
    only: { type: 'string', default: '' },
  },
});
const connections = Number(values.connections);
const rounds = 2;
const load = { measuredMs: (Number(values.seconds) * 1_000) / rounds, warmUp: { requests: 2_000, maxMs: 5_000 } };

installPeers();
const built = await buildWorker();
const { bindings, endpoint, apiUrl, databaseUrl, databaseVersion, close } = await openSurroundings();
const { authKeys, keys } = configOf(bindings);
const settings = {
  PEER_ISSUER: apiUrl,
  PEER_SIGNING_KEY: JSON.stringify(authKeys[0]),
  PEER_REFRESH_KEY: Buffer.from(keys.refresh[0] ?? []).toString('base64'),
};
const worker = await startWorkerd(built, bindings);
const pooled = await startPeer({ ...settings, PEER_DATABASE_URL: databaseUrl });
const beside = await startPeer({
  ...settings,
  PEER_DATABASE_URL: bindings.DATABASE_URL ?? '',
  PEER_DATABASE_ENDPOINT: endpoint,
});

type Contestant = { server: Server; riders: Riders };
const place = { workerUrl: worker.url, databaseUrl, bindings };
const reader = await createReader(place);
const contestants: Contestant[] = [];
for (const server of [worker, beside, pooled])
  contestants.push({ server, riders: { reader, writer: await createWriter(place, connections) } });

/** Throws if the servers give different responses, since a comparison would mean nothing. */
async function compareAnswers({ name, clients }: Call): Promise<void> {
  const [own, ...others] = await Promise.all(
    contestants.map(async ({ server, riders }) => {
      const [client] = clients(riders);
      if (!client) throw new Error('--connections must be at least 1');
      const { status, text } = await send(server.url, client.next());
      return { status, body: JSON.parse(text) };
    }),
  );
  for (const other of others)
    if (!isDeepStrictEqual(other, own))
      throw new Error(`${name}: the Worker answers ${JSON.stringify(own)}, a peer ${JSON.stringify(other)}`);
}

const sumOf = (parts: readonly Measurement[]): Measurement => ({
  answered: parts.reduce((sum, { answered }) => sum + answered, 0),
  wallMs: parts.reduce((sum, { wallMs }) => sum + wallMs, 0),
  cpuMs: parts.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
});
const perSecond = ({ answered, wallMs }: Measurement): number => (answered * 1_000) / wallMs;
const rate = (measured: Measurement): string => perSecond(measured).toFixed(0);
const ms = ({ cpuMs, answered }: Measurement): string => (cpuMs / answered).toFixed(2);

const rows: string[][] = [];
for (const call of calls.filter(({ name }) => name.includes(values.only))) {
  if (call.isRead) await compareAnswers(call);
  const measured = contestants.map(({ server, riders }) => ({
    server,
    clients: call.clients(riders),
    parts: [] as Measurement[],
  }));
  // In turns, so that other work on the machine affects all of them.
  for (let round = 0; round < rounds; round += 1)
    for (const { server, clients, parts } of measured) parts.push(await measure(server, clients, load));
  const [own, same, direct] = measured.map(({ parts }) => sumOf(parts));
  if (!own || !same || !direct) throw new Error('a server has no measurement');
  const share = (perSecond(own) / perSecond(same)).toFixed(2);
  rows.push([call.name, rate(own), ms(own), rate(same), ms(same), share, rate(direct), ms(direct)]);
  console.error(rows.at(-1)?.join('  '));
}

console.log(`${machineOf(databaseVersion)}; ${connections} connections, ${values.seconds} s each\n`);
console.log(
  markdownTable(
    [
      'call',
      'Worker, requests/s',
      'CPU ms',
      'Fastify, same endpoint, requests/s',
      'CPU ms',
      'Worker to it',
      'Fastify, own pool, requests/s',
      'CPU ms',
    ],
    rows,
  ),
);
await Promise.all([worker.stop(), pooled.stop(), beside.stop()]);
await close();
