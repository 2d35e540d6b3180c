import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { vi } from 'vitest';
import type { Job } from '../../../src/cron/job.ts';
import { runJobs } from '../../../src/cron/schedule.ts';
import worker from '../../../src/worker.ts';
import { type Answer, anonymous, apiUrl, type Call, nextNetwork, requestToken } from '../../support/app.ts';
import { mailTo, tokenIn } from '../../support/mailer.ts';

export const password = 'five slow gravel passes';
export const freshAddress = () => `${crypto.randomUUID()}@example.com`;
export const freshUsername = () => `r${crypto.randomUUID().slice(0, 18)}`;

export type SignUpInput = { email: string; password?: string; name?: string; username?: string };

/** Asks for an account; the address is not verified yet. */
export const register = (input: SignUpInput): Promise<Answer> =>
  anonymous().post('/v1/auth/register', { password, name: 'Anna', ...input });

export const verify = (token: string): Promise<Answer> => anonymous().post('/v1/auth/verify-email', { token });
export const resend = (email: string): Promise<Answer> => anonymous().post('/v1/auth/verify-email/resend', { email });

/** Asks for an account and reads the token from the mail, the `count`th to this address. */
export async function registerForToken(input: SignUpInput, count = 1): Promise<string> {
  const { status, text } = await register(input);
  if (status !== 202) throw new Error(`not registered: ${text}`);
  return tokenIn(await mailTo(input.email, count));
}

/** Registers a rider and verifies the address. */
export async function signUp(input: Partial<SignUpInput> = {}): Promise<{ email: string }> {
  const email = input.email ?? freshAddress();
  const { status, text } = await verify(await registerForToken({ ...input, email }));
  if (status !== 200) throw new Error(`not verified: ${text}`);
  return { email };
}

export const logIn = (username: string, secret = password, options?: Call): Promise<Answer> =>
  requestToken({ grant_type: 'password', username, password: secret }, options);

export const refresh = (token: string, options?: Call): Promise<Answer> =>
  requestToken({ grant_type: 'refresh_token', refresh_token: token }, options);

/** The parts in which two Equal responses (docs/security.md) must not differ. */
export const comparableParts = ({ status, headers, text }: Answer) => ({
  status,
  names: [...headers.keys()].sort(),
  text: text.replaceAll(headers.get('X-Request-Id') ?? 'none', '<request>'),
});

export type Statement = { query: string; params?: unknown[] };

/** The statements of every round trip to the database while `work` runs. */
export async function recordTrips(work: () => Promise<unknown>): Promise<Statement[][]> {
  const watched = vi.spyOn(globalThis, 'fetch');
  try {
    await work();
    return watched.mock.calls.flatMap(([input, init]) => (String(input).endsWith('/sql') ? [statementsIn(init)] : []));
  } finally {
    watched.mockRestore();
  }
}

function statementsIn(init: RequestInit | undefined): Statement[] {
  const body: Statement | { queries: Statement[] } = JSON.parse(String(init?.body));
  return 'queries' in body ? body.queries : [body];
}

/** The queries of each round trip without their values, to compare the work of two calls. */
export const queriesOf = (trips: Statement[][]): string[][] => trips.map((trip) => trip.map(({ query }) => query));

/** Bindings with a mail provider that refuses everything. */
export const brokenMailProvider = { RESEND_BASE_URL: `${env.RESEND_BASE_URL}/nowhere` };

/**
 * Runs the same code over the same database with other bindings, and with empty caches, as a new Worker has. A call
 * returns after all work that continues after the response.
 */
export function otherWorker(bindings: Record<string, string | undefined>) {
  const own = { ...env, ...bindings } as Env;
  return {
    async call(method: string, path: string, { token, body, headers }: Omit<Call, 'network'> = {}): Promise<Answer> {
      const execution = createExecutionContext();
      const isForm = body instanceof URLSearchParams;
      const request = new Request<unknown, IncomingRequestCfProperties>(new URL(path, apiUrl), {
        method,
        headers: {
          'CF-Connecting-IP': nextNetwork(),
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      });
      const response = await worker.fetch(request, own, execution);
      const text = await response.text();
      await waitOnExecutionContext(execution);
      return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : undefined };
    },
    run: (...jobs: Job[]): Promise<void> => runJobs(jobs, own, { now: () => new Date(), newId: () => uuidv7() }),
    cron: (cron: string): Promise<void> => worker.scheduled(createScheduledController({ cron }), own),
  };
}
