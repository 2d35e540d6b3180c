import { connect } from 'node:net';
import { url } from '../../../support/kairos.ts';
import { type Case, rawCases } from './cases.ts';

/** The responses over one connection, until the server closes it or stays silent for a while. */
type Exchange = { text: string; statuses: number[]; isClosed: boolean; ms: number };

const { hostname, port } = new URL(url);

/** If nothing comes for this long after a response, no second one follows. */
const quietMs = 300;
/** A request that never ends is given up after this time. */
const openEndedMs = 2_000;
const parallel = 8;

/** Writes the parts unchanged, with a pause between them, and reads until the end of the exchange. */
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

/** Only responses of the Worker have a request id. */
const isFromWorker = (text: string): boolean => /^x-request-id:/im.test(text);

/** The fault of a case's responses, if they have one. */
function faultOf(
  { expected, expectedSecond, isComplete, mayFailInRuntime }: Case,
  { text, statuses, isClosed }: Exchange,
): string | undefined {
  const [first, second] = statuses;
  if (first === undefined) {
    if (isComplete === false) return undefined;
    if (!isClosed) return 'the server neither answered nor closed the connection';
    return expected.every((status) => status < 400) ? 'the server closed the connection of a valid request' : undefined;
  }
  if (mayFailInRuntime && first >= 500 && !isFromWorker(text)) return undefined;
  if (!statuses.every((status) => status < 500 || expected.includes(status))) return 'answered 5xx';
  if (!expected.includes(first)) return `answered ${first}, not ${expected.join(' or ')}`;
  if (expectedSecond && second !== undefined && !expectedSecond.includes(second))
    return `answered the second request with ${second}, not ${expectedSecond.join(' or ')}`;
  return /canary/.test(text) ? 'the response contains the canary' : undefined;
}

const isAlive = (timeoutMs: number): Promise<boolean> =>
  fetch(new URL('/health', url), { signal: AbortSignal.timeout(timeoutMs) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Sends all cases of malformed HTTP. A case fails by its response, or if the Worker no longer answers after it. */
export async function sendRaw(timeoutMs: number): Promise<{ cases: number; faults: string[] }> {
  const cases = await rawCases();
  const queue = cases.values();
  const faults: string[] = [];
  async function work(): Promise<void> {
    for (const each of queue) {
      const got = await talk(each.parts, each.isComplete === false ? openEndedMs : timeoutMs);
      const fault = (await isAlive(timeoutMs)) ? faultOf(each, got) : 'the Worker no longer answers';
      const finding = fault ?? (await each.findEffectFault?.());
      if (!finding) continue;
      const sent = JSON.stringify(Buffer.concat(each.parts).subarray(0, 300).toString('latin1'));
      faults.push(`${each.title}: ${finding}\n      ${sent}\n      → ${JSON.stringify(got.text.slice(0, 500))}`);
    }
  }
  await Promise.all(Array.from({ length: parallel }, work));
  return { cases: cases.length, faults };
}
