import { document, type Operation, operations } from '../../../test/contract/document.ts';
import { entryOf } from '../../../test/contract/register.ts';
import { faultsOf, undeclaredIn } from '../../../test/contract/schema.ts';
import { apiUrl } from '../../../test/support/app.ts';
import type { Received, Sent } from '../../support/send.ts';

export const kinds = ['5xx', 'undeclared status', 'schema fault', 'leak', 'missing header', 'wrong problem'] as const;
export type Fault = { kind: (typeof kinds)[number]; detail: string };

const templates = operations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The operation at an address, after dots are resolved and letters decoded as in a URL. */
export function operationAt({ method, target }: Pick<Sent, 'method' | 'target'>): Operation | undefined {
  const path = pathOf(target);
  const wanted = method === 'HEAD' ? 'GET' : method;
  return templates.find(({ operation, pattern }) => operation.method === wanted && pattern.test(path))?.operation;
}

function pathOf(target: string): string {
  try {
    const { pathname } = new URL(target.startsWith('/') ? apiUrl + target : target);
    return pathname.replaceAll(/%(?!2f)[\da-f]{2}/gi, (octet) => decodeURIComponent(octet));
  } catch {
    return target;
  }
}

/** The statuses of an unknown address. */
const unknownAddress = [400, 401, 403, 404, 405, 413, 415, 422, 429];

const requiredHeaders: Readonly<Record<string, RegExp>> = {
  'strict-transport-security': /^max-age=\d{8,}; includeSubDomains$/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /frame-ancestors 'none'/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cache-control': /./,
  'x-request-id': /^[\da-f-]{36}$/,
};

/** Internal details: stacks, statements, drivers, files, hashes. */
const internals =
  /\bat \S+ \(|\.tsx?:\d+|node_modules|\bselect .+ from\b|\binsert into\b|\bupdate .+ set\b|postgres|neon|drizzle|sqlstate|constraint|syntax error|zoderror|typeerror|rangeerror|argon2|password_hash|cannot read prop/i;

/** The runtime answers some requests itself, before the Worker sees them. */
const isFromRuntime = ({ status, headers, text }: Received): boolean =>
  [400, 413, 414, 415, 431].includes(status) && !headers.has('X-Request-Id') && text.length < 100;

const isProblem = ({ headers }: Received): boolean => headers.get('Content-Type') === 'application/problem+json';

/** At an unknown address, a browser sees a page. It sends GET without a token. */
const isNotFoundPage = ({ method, headers: sent }: Sent, { status, headers }: Received): boolean =>
  status === 404 &&
  ['GET', 'HEAD'].includes(method) &&
  /^text\/html/.test(headers.get('Content-Type') ?? '') &&
  !sent.some(([name]) => name.toLowerCase() === 'authorization');

/** All faults of a response. */
export function faultsIn(sent: Sent, received: Received): Fault[] {
  const { status, text, json, headers } = received;
  if (status >= 500) return [{ kind: '5xx', detail: String(status) }];
  if (isFromRuntime(received)) return [];
  const faults: Fault[] = [];
  const operation = operationAt(sent);
  const blame = (kind: Fault['kind'], detail: string) => faults.push({ kind, detail });

  const missing = Object.entries(requiredHeaders).filter(([name, pattern]) => !pattern.test(headers.get(name) ?? ''));
  if (missing.length > 0) blame('missing header', missing.map(([name]) => `${name}: ${headers.get(name)}`).join(', '));
  const leak = internals.exec(text)?.[0];
  if (leak && status >= 400 && !echoes(sent, leak)) blame('leak', leak);

  if (isNotFoundPage(sent, received)) return faults;
  if (isProblem(received)) {
    const { status: said, request_id: requestId } = Object(json);
    if (sent.method !== 'HEAD' && (said !== status || requestId !== headers.get('X-Request-Id')))
      blame('wrong problem', `says ${said} and ${requestId}`);
  } else if (status >= 400 && !(operation && entryOf(operation.id).hasOAuthErrors))
    blame('wrong problem', `${headers.get('Content-Type')}`);

  if (sent.method === 'OPTIONS' || (sent.method === 'HEAD' && text === '')) return faults;
  if (operation) {
    const undeclared = undeclaredIn(operation, received);
    if (!operation.responses[status] && ![404, 405].includes(status))
      blame('undeclared status', `${status} of ${operation.id}`);
    else if (operation.responses[status] && undeclared.length > 0) blame('schema fault', undeclared.join(' '));
  } else if (status >= 400) {
    if (!unknownAddress.includes(status)) blame('undeclared status', `${status} of an unknown address`);
    const faults = faultsOf(document.components.schemas.Problem, json ?? null);
    if (faults.length > 0) blame('schema fault', faults.join(' '));
  } else if (isUnderApi(sent)) blame('undeclared status', `${status} of an unknown address`);
  return faults;
}

/** Pages and documents outside the API need no operation. */
const isUnderApi = ({ target }: Sent): boolean => /^\/v1\b/i.test(pathOf(target));

const echoes = ({ target, body }: Sent, words: string): boolean =>
  `${target} ${body ? Buffer.from(body).toString() : ''}`.toLowerCase().includes(words.toLowerCase());
