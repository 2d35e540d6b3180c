/** An error response of the API. */
export class ApiFailure extends Error {
  readonly status: number;

  constructor(call: string, status: number, body: string) {
    super(`${call} answered ${status}: ${body}`);
    this.status = status;
  }
}

type Schema<T> = { parse(value: unknown): T };

export type Client = {
  get<T>(path: string, schema: Schema<T>): Promise<T>;
  send(method: 'POST' | 'PATCH', path: string, body: Record<string, unknown>): Promise<void>;
  importGpx(journeyId: string, as: 'plan' | 'past', gpx: string): Promise<void>;
};

/** A client of the API, as an app has it. Error responses throw. */
export function createClient(api: string, token?: string): Client {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  return {
    get: async (path, schema) => schema.parse(JSON.parse(await request('GET', `${api}${path}`, authorization))),
    async send(method, path, body) {
      const headers = { ...authorization, 'content-type': 'application/json' };
      await request(method, `${api}${path}`, headers, JSON.stringify(body));
    },
    async importGpx(journeyId, as, gpx) {
      const headers = { ...authorization, 'content-type': 'application/gpx+xml' };
      await request('POST', `${api}/v1/journeys/${journeyId}/imports?as=${as}`, headers, gpx);
    },
  };
}

/** Logs in, and returns a client that acts for the rider. */
export async function logIn(api: string, username: string, password: string): Promise<Client> {
  const form = new URLSearchParams({ grant_type: 'password', username, password });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer: unknown = JSON.parse(await request('POST', `${api}/v1/auth/token`, headers, form.toString()));
  if (typeof answer !== 'object' || answer === null || !('access_token' in answer))
    throw new Error('the login returned no access token');
  return createClient(api, String(answer.access_token));
}

async function request(method: string, url: string, headers: Record<string, string>, body?: string): Promise<string> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  if (!response.ok) throw new ApiFailure(`${method} ${new URL(url).pathname}`, response.status, text);
  return text;
}
