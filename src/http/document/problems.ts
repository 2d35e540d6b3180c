import { type RouteConfig, z } from '@hono/zod-openapi';
import type { InvalidPart, ProblemKind } from '../../errors.ts';
import { internal, titles } from '../problem.ts';
import { type HeaderName, headersOf } from '../route-extras.ts';

const Part = z
  .object({
    path: z.string().openapi({ description: 'Where the value is, with dots.', example: 'name' }),
    message: z.string().openapi({ description: 'What is wrong with it.', example: 'Unknown field.' }),
  })
  .openapi('InvalidPart');

/** RFC 9457. `code` is stable and for programs, `detail` is for people. The codes of a response may grow. */
export const problemSchema = (codes: readonly [string, ...string[]]) =>
  z
    .object({
      type: z.string().openapi({ description: 'Always `about:blank`: read `code`.', example: 'about:blank' }),
      title: z.string().openapi({ description: 'The meaning of the status.', example: 'Not found' }),
      status: z.int().openapi({ description: 'The status of the response.', example: 404 }),
      code: z
        .union([z.enum(codes).openapi('ProblemCode', { description: 'The codes of this version.' }), z.string()])
        .openapi({
          description: 'What went wrong, for programs. Other codes may follow: treat an unknown one by its status.',
          example: 'journeys.not_found',
        }),
      detail: z.string().openapi({
        description: 'What went wrong and what to do, for people. The text may change.',
        example: 'No journey with this id is visible to you.',
      }),
      request_id: z.string().openapi({
        description: 'The id of the request, which a report of an error should name.',
        example: '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
      }),
      errors: z.array(Part).optional().openapi({ description: 'Every part of the input that is wrong, up to 100.' }),
    })
    .openapi('Problem');

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request is malformed.',
  401: 'The credential is missing or not valid.',
  403: 'Not allowed. `code` says why.',
  404: 'The resource does not exist, or is not visible to you.',
  409: 'The request conflicts with the current state. `code` says how.',
  412: 'The resource was changed in the meantime. Its version is not in `If-Match`.',
  413: 'The body is too large.',
  415: 'The content type is not accepted.',
  422: 'Some values are not valid. `code` and `errors` say which.',
  429: 'Too many requests. Try again after `Retry-After` seconds.',
  503: 'The database cannot be reached. Try again after `Retry-After` seconds.',
};

/** The headers that every problem of a status has. */
const headerNames: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
};

const partsByCode: Readonly<Record<string, readonly InvalidPart[]>> = {
  'auth.password_refused': [{ path: 'password', message: 'Too common.' }],
  'http.invalid': [{ path: 'name', message: 'Too small: expected string to have >=1 characters' }],
  'http.unstorable_text': [{ path: 'name', message: 'Contains a NUL or half a surrogate pair.' }],
  'imports.unreadable': [{ path: 'line 3', message: 'The element trkpt is not closed.' }],
  'markers.wrong_time': [{ path: 'timestamp', message: 'Only for markers of type past.' }],
};

export const exampleOf = ({ status, code, detail }: ProblemKind) => ({
  summary: code,
  value: {
    type: 'about:blank',
    title: titles[status],
    status,
    code,
    detail,
    request_id: '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
    ...(partsByCode[code] && { errors: partsByCode[code] }),
  },
});

const Problem = { $ref: '#/components/schemas/Problem' };
const mediaType = 'application/problem+json';

const examplesOf = (codes: readonly string[]) =>
  Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));

/** Every operation declares it, so that a client is ready for a problem that the document does not list. */
const unexpected = {
  description: 'Another failure. The status is 500 if Kairos has a bug.',
  content: { [mediaType]: { schema: Problem, examples: examplesOf([internal.code]) } },
};

/** The part of a request that is wrong, for the codes that follow from the shape of a route. */
const partOfRequest: Readonly<Record<string, string>> = {
  'http.https_required': '',
  'http.malformed_url': '',
  'http.url_too_long': '',
  'http.unknown_parameter': '',
  'http.invalid_cursor': 'Cursor',
  'http.malformed_text': '',
  'http.malformed_json': 'Body',
  'http.json_too_deep': '',
  'http.malformed_request': 'Json',
  'http.malformed_etag': 'Version',
  'idempotency.invalid_key': 'Key',
  'auth.invalid_token': '',
  'auth.authentication_required': 'Credential',
  'auth.reauthentication_required': 'Login',
  'auth.scope_missing': 'Scope',
  'auth.cross_origin': 'Origin',
  'http.invalid': '',
  'http.unstorable_text': 'Text',
  'idempotency.key_reused': 'Key',
};

const inPascalCase = (text: string): string => text.replaceAll(/(?:^|[._ ])(\w)/g, (_, letter) => letter.toUpperCase());

/** The name of a response that several operations have. A mixture that only one service makes has no name. */
function nameOf(status: number, [code, ...others]: readonly [string, ...string[]]): string | undefined {
  if (others.length === 0) return inPascalCase(code);
  const parts = [code, ...others].map((one) => partOfRequest[one]);
  return parts.includes(undefined) ? undefined : [inPascalCase(titles[status] ?? ''), ...parts].join('');
}

function responseOf(status: number, codes: readonly string[]) {
  const names = headerNames[status] ?? [];
  const narrowed = { type: 'object' as const, properties: { code: { type: 'string' as const, enum: [...codes] } } };
  return {
    description: descriptions[status] ?? titles[status] ?? '',
    ...(names.length > 0 && { headers: headersOf(...names) }),
    content: { [mediaType]: { schema: { allOf: [Problem, narrowed] }, examples: examplesOf(codes) } },
  };
}

type ResponseOfProblem = ReturnType<typeof responseOf> | typeof unexpected;

/** Collects the responses that have a name, for the components of the document. */
export function collectResponses() {
  const components: Record<string, ResponseOfProblem> = { Unexpected: unexpected };

  function referTo(name: string, response: ResponseOfProblem) {
    const known = components[name] ?? response;
    if (JSON.stringify(known) !== JSON.stringify(response)) throw new Error(`two responses are called ${name}`);
    components[name] = response;
    return { $ref: `#/components/responses/${name}` };
  }

  /**
   * Adds one response for each status, with its codes and an example of each. A response of the route with the same
   * status stays, as another media type.
   */
  function withProblems(
    responses: RouteConfig['responses'],
    problems: readonly ProblemKind[],
  ): RouteConfig['responses'] {
    const added = [...Map.groupBy(problems, ({ status }) => status)].map(([status, kinds]) => {
      const [code = '', ...others] = [...new Set(kinds.map((kind) => kind.code))].sort();
      const [own, problem] = [responses[status], responseOf(status, [code, ...others])];
      if (own && !('$ref' in own))
        return [status, { ...problem, ...own, content: { ...own.content, ...problem.content } }] as const;
      const name = nameOf(status, [code, ...others]);
      return [status, name ? referTo(name, problem) : problem] as const;
    });
    return { ...responses, ...Object.fromEntries(added), default: referTo('Unexpected', unexpected) };
  }

  return { components, withProblems };
}
