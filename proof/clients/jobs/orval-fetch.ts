import type { Problem, ProblemCode } from '../generated/orval/kairos.ts';

/** What a call throws when Kairos answers a problem. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  /** Refuses a code that Kairos does not have when it is compiled. */
  has(code: ProblemCode): boolean {
    return this.problem.code === code;
  }
}

export const settings = { api: '', accessToken: '' };

/** Sends every request of the generated client, with the token of the rider who has signed in. */
export async function send<T>(path: string, init: RequestInit): Promise<T> {
  const headers = new Headers(init.headers);
  if (settings.accessToken) headers.set('Authorization', `Bearer ${settings.accessToken}`);
  const response = await fetch(settings.api + path, { ...init, headers });
  const text = await response.text();
  const body = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new ProblemError(body);
  return body;
}
