// npm run smoke: checks a deployed Kairos from outside. It only reads, and sends no credentials.
import { answerHelp } from '../local/stack/help.ts';
import { parseOptions } from '../local/stack/options.ts';
import { fail, Refusal } from '../local/stack/refusal.ts';
import { findPorts, requireServer } from '../local/stack/running.ts';
import { localUrl } from '../local/stack/variables.ts';

const usage = `npm run smoke -- <address>    checks a deployed Kairos, such as https://api.kairos.example
npm run smoke                 checks the running npm start

It changes nothing, prints a line for each check, and ends with 1 if a check fails.`;

type Answer = { status: number; headers: Headers; text: string; json: Record<string, unknown> };

const timeoutMs = 15_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function expectEqual(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${what} is ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

function expectThat(isTrue: boolean, reason: string): void {
  if (!isTrue) throw new Error(reason);
}

/** The checks of the Kairos at an origin, by name. A check that fails throws the reason. */
function checksOf(origin: string): Record<string, () => Promise<void>> {
  async function get(path: string, wanted: number, init: RequestInit = {}): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(origin + path, { redirect: 'manual', signal, ...init });
    const text = await response.text();
    expectEqual('the status', response.status, wanted);
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  async function getProblem(path: string, status: number, code: string): Promise<Answer> {
    const answer = await get(path, status);
    expectEqual('Content-Type', answer.headers.get('Content-Type')?.split(';')[0], 'application/problem+json');
    expectEqual('code', answer.json.code, code);
    expectThat(typeof answer.json.request_id === 'string', 'the problem has no request_id');
    return answer;
  }

  return {
    'GET /health': async () => expectEqual('status', (await get('/health', 200)).json.status, 'ok'),
    'GET /health/ready': async () => {
      const { json } = await get('/health/ready', 200);
      for (const part of ['database', 'postgis', 'migrations']) expectEqual(part, json[part], 'ok');
    },
    'GET /.well-known/jwks.json': async () => {
      const { keys } = (await get('/.well-known/jwks.json', 200)).json;
      expectThat(Array.isArray(keys) && keys.length > 0, 'the set has no keys');
      expectThat(Array.isArray(keys) && keys.every((key) => isRecord(key) && !('d' in key)), 'a key is private');
    },
    'GET /.well-known/oauth-authorization-server': async () => {
      const { json } = await get('/.well-known/oauth-authorization-server', 200);
      expectEqual('issuer', json.issuer, origin);
      expectEqual('jwks_uri', json.jwks_uri, `${origin}/.well-known/jwks.json`);
    },
    'GET /.well-known/security.txt': async () => {
      const { text } = await get('/.well-known/security.txt', 200);
      expectThat(/^Contact: (?:https|mailto|tel):\S+$/m.test(text), 'it has no Contact');
      const expires = Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? '');
      expectThat(expires > Date.now(), 'it has expired');
    },
    'GET /openapi.json': async () => {
      const { json } = await get('/openapi.json', 200);
      expectThat(String(json.openapi).startsWith('3.1'), 'it is not an OpenAPI 3.1 document');
      expectThat(isRecord(json.paths) && '/v1/journeys' in json.paths, 'it does not describe /v1/journeys');
    },
    'GET /docs, with its assets': async () => {
      const { text } = await get('/docs', 200);
      const assets = [...text.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|js))"/g)].map(([, path = '']) => path);
      expectThat(assets.length > 0, 'the page has no assets');
      for (const path of assets) await get(path, 200).catch(() => expectThat(false, `${path} is missing`));
    },
    'security headers': async () => {
      const { headers } = await get('/health', 200);
      expectThat(/max-age=\d{8}/.test(headers.get('Strict-Transport-Security') ?? ''), 'HSTS is missing');
      expectEqual('X-Content-Type-Options', headers.get('X-Content-Type-Options'), 'nosniff');
      expectEqual('X-Frame-Options', headers.get('X-Frame-Options'), 'DENY');
      expectEqual('Referrer-Policy', headers.get('Referrer-Policy'), 'no-referrer');
      expectThat(/default-src 'none'/.test(headers.get('Content-Security-Policy') ?? ''), 'the policy is missing');
    },
    'unknown address: 404': async () => {
      await getProblem('/nothing-is-here', 404, 'http.not_found');
    },
    'no credentials: 401': async () => {
      const { headers } = await getProblem('/v1/me', 401, 'auth.authentication_required');
      expectThat(headers.has('WWW-Authenticate'), 'WWW-Authenticate is missing');
    },
    'CORS: an unknown origin may not read': async () => {
      const { headers } = await get('/health', 200, { headers: { Origin: 'https://stranger.invalid' } });
      expectEqual('Access-Control-Allow-Origin', headers.get('Access-Control-Allow-Origin'), null);
    },
    ...(origin.startsWith('https:') && {
      'plain http is refused': async () => {
        const response = await fetch(`http${origin.slice(5)}/health`, { redirect: 'manual' });
        expectThat(response.status >= 300, `http answers ${response.status}`);
      },
    }),
  };
}

async function originOf(address: string | undefined): Promise<string> {
  if (address === undefined) {
    const { port } = await findPorts();
    await requireServer(port);
    return localUrl(port);
  }
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) throw new Refusal(usage);
  return new URL(address).origin;
}

/** fetch hides the reason of a failed connection in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error
    ? `${error.message}: ${cause.message || String(Reflect.get(cause, 'code'))}`
    : error.message;
}

async function main(): Promise<void> {
  const { positionals } = parseOptions({ args: process.argv.slice(2), allowPositionals: true }, usage);
  const [address, ...rest] = positionals;
  if (rest.length > 0) throw new Refusal(usage);
  const origin = await originOf(address);
  console.log(`Checking ${origin}`);
  let failed = 0;
  for (const [name, check] of Object.entries(checksOf(origin))) {
    const reason = await check().then(() => undefined, reasonOf);
    console.log(reason === undefined ? `✓ ${name}` : `✗ ${name}: ${reason}`);
    if (reason !== undefined) failed += 1;
  }
  if (failed === 0) return;
  console.error(`${failed} ${failed === 1 ? 'check' : 'checks'} failed.`);
  process.exitCode = 1;
}

answerHelp(usage);
await main().catch(fail);
