import { exports } from 'cloudflare:workers';
import { undeclaredOf } from './declared.ts';

// `#kairos` inside the Workers runtime. The Worker under test shares the isolate with its test.
export { env } from 'cloudflare:workers';

/** Every response must have a status, a code and headers that openapi.json declares for its operation. */
export async function fetchWorker(request: Request): Promise<Response> {
  const { method, url } = request;
  const response = await exports.default.fetch(request);
  const { status, headers } = response;
  const isProblem = headers.get('Content-Type') === 'application/problem+json';
  const { code }: { code?: string } = isProblem && response.body ? await response.clone().json() : {};
  const { pathname } = new URL(url);
  const faults = undeclaredOf({ method, pathname, status, headers, code });
  if (faults.length > 0) throw new Error(`openapi.json, ${method} ${pathname} (${status}): ${faults.join(', ')}`);
  return response;
}
