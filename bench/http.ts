// npm run bench -- http: measures requests per second and CPU time per request, of the Worker and of a Fastify server.
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Call, calls } from './http/calls.ts';
import { send } from './http/load.ts';
import { installPeers, startPeer } from './http/peer.ts';
import { type Contestant, type Measured, measureInTurns, medianOf, ratioOf } from './http/rounds.ts';
import { configOf, createReader, createWriter } from './http/world.ts';
import { markdownTable } from './markdown.ts';
import { buildWorker, buildWorkerOf } from './stack/build.ts';
import { machineOf } from './stack/machine.ts';
import { openSurroundings } from './stack/surroundings.ts';
import { smallestWorker, startWorkerd } from './stack/workerd.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '8' },
    connections: { type: 'string', default: '8' },
    /** Measures only calls whose name contains this text. */
    only: { type: 'string', default: '' },
    /** Also measures the Worker of this commit. */
    beside: { type: 'string' },
  },
});
const connections = Number(values.connections);
const count = Number(values.rounds);
const rounds = {
  count,
  measuredMs: (Number(values.seconds) * 1_000) / count,
  warmUp: { requests: 2_000, maxMs: 5_000 },
};

installPeers();
const built = await buildWorker();
const builtBefore = values.beside === undefined ? undefined : await buildWorkerOf(values.beside);
const { bindings, endpoint, apiUrl, databaseUrl, databaseVersion, close } = await openSurroundings();
const { authKeys, keys } = configOf(bindings);
const settings = {
  PEER_ISSUER: apiUrl,
  PEER_SIGNING_KEY: JSON.stringify(authKeys[0]),
  PEER_REFRESH_KEY: Buffer.from(keys.refresh[0] ?? []).toString('base64'),
};
const worker = await startWorkerd(built, bindings);
const earlier = builtBefore && (await startWorkerd(builtBefore, bindings));
const smallest = await startWorkerd(smallestWorker, {});
const pooled = await startPeer({ ...settings, PEER_DATABASE_URL: databaseUrl });
const sameEndpoint = await startPeer({
  ...settings,
  PEER_DATABASE_URL: bindings.DATABASE_URL ?? '',
  PEER_DATABASE_ENDPOINT: endpoint,
});

// A Worker of its own makes the data, so that no server has more behind it than another.
const maker = await startWorkerd(built, bindings);
const place = { workerUrl: maker.url, databaseUrl, bindings };
const reader = await createReader(place);
const enter = async (server: Contestant['server']): Promise<Contestant> => ({
  server,
  riders: { reader, writer: await createWriter(place, connections) },
});
const contestants = [await enter(worker), await enter(sameEndpoint), await enter(pooled)];
/** Their answers are not compared: an earlier commit may have other fields, and the smallest Worker has no routes. */
const others = { earlier: earlier && (await enter(earlier)), smallest: await enter(smallest) };
await maker.stop();

/** Throws if the servers give different responses, since a comparison would mean nothing. */
async function compareAnswers({ name, clients }: Call): Promise<void> {
  const [own, ...peers] = await Promise.all(
    contestants.map(async ({ server, riders }) => {
      const [client] = clients(riders);
      if (!client) throw new Error('--connections must be at least 1');
      const { status, text } = await send(server.url, client.next());
      return { status, body: JSON.parse(text) };
    }),
  );
  for (const peer of peers)
    if (!isDeepStrictEqual(peer, own))
      throw new Error(`${name}: the Worker answers ${JSON.stringify(own)}, a peer ${JSON.stringify(peer)}`);
}

const rate = ({ perSecond }: Measured): string => medianOf(perSecond).toFixed(0);
const ms = ({ cpuMs }: Measured): string => medianOf(cpuMs).toFixed(3);

const health = 'GET /health';
const rows: string[][] = [];
const notes: string[] = [];
const add = (...row: string[]) => {
  rows.push(row);
  console.error(row.join('  '));
};
for (const call of calls.filter(({ name }) => name.includes(values.only))) {
  if (call.isRead) await compareAnswers(call);
  const extra = [others.earlier, call.name === health ? others.smallest : undefined];
  const taking = [...contestants, ...extra].filter((one) => one !== undefined);
  const measured = await measureInTurns(call, taking, rounds);
  const [own, same, direct] = measured;
  if (!own || !same || !direct) throw new Error('a server has no measurement');
  const before = others.earlier && measured[taking.indexOf(others.earlier)];
  const ofBefore = before ? [ms(before), ratioOf(own.cpuMs, before.cpuMs).toFixed(2)] : [];
  const ofPeers = [rate(same), ms(same), ratioOf(own.perSecond, same.perSecond).toFixed(2), rate(direct), ms(direct)];
  add(call.name, rate(own), ms(own), ...ofBefore, ...ofPeers);
  const bare = measured[taking.indexOf(others.smallest)];
  if (!bare) continue;
  const blank = [...ofBefore, ...ofPeers].map(() => '');
  add(`${call.name} of a Worker of one line`, rate(bare), ms(bare), ...blank);
  notes.push(`${health} costs ${ratioOf(own.cpuMs, bare.cpuMs).toFixed(2)} times the CPU of a Worker of one line.`);
}

console.log(
  `${machineOf(databaseVersion)}; ${connections} connections, ${values.seconds} s each in ${count} rounds, medians\n`,
);
console.log(
  markdownTable(
    [
      'call',
      'Worker, requests/s',
      'CPU ms',
      ...(values.beside === undefined ? [] : [`${values.beside}, CPU ms`, 'CPU to it']),
      'Fastify, same endpoint, requests/s',
      'CPU ms',
      'Worker to it',
      'Fastify, own pool, requests/s',
      'CPU ms',
    ],
    rows,
  ),
);
for (const note of notes) console.log(`\n${note}`);
await Promise.all([worker, earlier, smallest, pooled, sameEndpoint].map((server) => server?.stop()));
await close();
