import { Agent, request } from 'node:http';
import { cpuMsOf } from '../stack/process-cpu.ts';

export type Sent = {
  method: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
};
export type Answer = { status: number; text: string };

/** The requests of one connection, one after the other. Each may depend on the previous response. */
export type Client = { next: () => Sent; onAnswer?: (answer: Answer) => void };

export type Server = { url: string; pid: number };
export type Load = { measuredMs: number; warmUp: { requests: number; maxMs: number } };
export type Measurement = { answered: number; wallMs: number; cpuMs: number };

export function send(url: string, { method, path, headers = {}, body }: Sent, agent?: Agent): Promise<Answer> {
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, agent, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Keeps every connection busy, first to warm up and then during the measurement. */
export async function measure(server: Server, clients: readonly Client[], load: Load): Promise<Measurement> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients.length });
  const { requests, maxMs } = load.warmUp;
  try {
    await keepBusy(server, clients, agent, { forMs: maxMs, untilAnswered: requests });
    const [startedAt, cpuBeforeMs] = [performance.now(), cpuMsOf(server.pid)];
    const answered = await keepBusy(server, clients, agent, { forMs: load.measuredMs });
    return { answered, wallMs: performance.now() - startedAt, cpuMs: cpuMsOf(server.pid) - cpuBeforeMs };
  } finally {
    agent.destroy();
  }
}

type Until = { forMs: number; untilAnswered?: number };

async function keepBusy(
  { url }: Server,
  clients: readonly Client[],
  agent: Agent,
  { forMs, untilAnswered = Number.POSITIVE_INFINITY }: Until,
): Promise<number> {
  const endAt = performance.now() + forMs;
  let answered = 0;
  const run = async ({ next, onAnswer }: Client) => {
    while (performance.now() < endAt && answered < untilAnswered) {
      const sent = next();
      const answer = await send(url, sent, agent);
      if (answer.status >= 300) throw new Error(`${sent.method} ${sent.path} answered ${answer.status} ${answer.text}`);
      onAnswer?.(answer);
      answered += 1;
    }
  };
  await Promise.all(clients.map(run));
  return answered;
}
