import { connect } from 'node:net';
import { url } from '../../../support/kairos.ts';
import { type Case, rawCases } from './cases.ts';

/** What came back over one connection, until the other side closed it or nothing more came for a while. */
type Exchange = { text: string; statuses: number[]; isClosed: boolean; ms: number };

const { hostname, port } = new URL(url);

/** After an answer, nothing for this long means that there is no second one. */
const quietMs = 300;
/** A request that never ends is left alone after this long. */
const patienceMs = 2_000;
const parallel = 8;

/** Writes the parts as they are, with a pause between them, and reads until it is over. */
function talk(parts: readonly Uint8Array[], timeoutMs: number): Promise<Exchange> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const received: Uint8Array[] = [];
    let quiet: NodeJS.Timeout | undefined;
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (isClosed: boolean) => {
      clearTimeout(limit);
      clearTimeout(quiet);
      socket.destroy();
      const text = Buffer.concat(received).toString('latin1');
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
      resolve({ text, statuses, isClosed, ms: performance.now() - startedAt });
    };
    const limit = setTimeout(() => end(false), timeoutMs);
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
    socket.on('data', (chunk) => {
      received.push(chunk);
      clearTimeout(quiet);
      quiet = setTimeout(() => end(false), quietMs);
    });
    socket.on('connect', () => {
      const writeNext = (index: number): void => {
        const part = parts[index];
        if (part && socket.writable) socket.write(part, () => setTimeout(writeNext, 5, index + 1));
      };
      writeNext(0);
    });
  });
}

/** An answer of the Worker's own carries its id. */
const isWorkers = (text: string): boolean => /^x-request-id:/im.test(text);

/** What is wrong with what a case got, if anything. */
function faultOf({ expected, isOver, isLost }: Case, { text, statuses, isClosed }: Exchange): string | undefined {
  const [first] = statuses;
  if (first === undefined) return isClosed || isOver === false ? undefined : 'neither answered nor closed';
  if (isLost && first >= 500 && !isWorkers(text)) return undefined;
  if (!statuses.every((status) => status < 500 || expected.includes(status))) return 'answered 5xx';
  if (!expected.includes(first)) return `answered ${first}, not ${expected.join(' or ')}`;
  return /canary/.test(text) ? 'a canary came back' : undefined;
}

const isAlive = (timeoutMs: number): Promise<boolean> =>
  fetch(new URL('/health', url), { signal: AbortSignal.timeout(timeoutMs) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Malformed HTTP, byte by byte: how many cases there were, and what went wrong, in a case or for the Worker after it. */
export async function sendRaw(timeoutMs: number): Promise<{ cases: number; faults: string[] }> {
  const cases = await rawCases();
  const queue = cases.values();
  const faults: string[] = [];
  async function work(): Promise<void> {
    for (const each of queue) {
      const got = await talk(each.parts, each.isOver === false ? patienceMs : timeoutMs);
      const fault = (await isAlive(timeoutMs)) ? faultOf(each, got) : 'the Worker does not answer any more';
      const said = fault ?? (await each.afterwards?.());
      if (!said) continue;
      const sent = JSON.stringify(Buffer.concat(each.parts).subarray(0, 300).toString('latin1'));
      faults.push(`${each.title}: ${said}\n      ${sent}\n      → ${JSON.stringify(got.text.slice(0, 500))}`);
    }
  }
  await Promise.all(Array.from({ length: parallel }, work));
  return { cases: cases.length, faults };
}
