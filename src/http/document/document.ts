import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { ProblemKind } from '../../errors.ts';
import { fileForm } from '../body.ts';
import type { HttpEnv } from '../env.ts';
import { methodNotAllowed, nothingHere } from '../not-found.ts';
import { internal } from '../problem.ts';
import { addExamples } from './examples.ts';
import { headers } from './headers.ts';
import { collectResponses, exampleOf, problemSchema } from './problems.ts';
import { securitySchemes } from './security.ts';
import { tags } from './tags.ts';

const description = `The backend that bikepackers' apps talk to: plan a journey, set markers, import a route, and find
the riders whose route **and dates** come near yours.

**First calls**

1. Sign up: \`POST /v1/auth/register\`. Verify the address with the token from the mail: \`POST /v1/auth/verify-email\`.
2. Log in: \`POST /v1/auth/token\`. Send the access token as \`Authorization: Bearer ...\`.
3. Say that you are an adult: \`PATCH /v1/me\`. Create a privacy zone (\`POST /v1/me/privacy-zones\`), or say that you need none.
4. Plan a \`discoverable\` journey with \`starts_on\` and \`daily_distance_m\`: \`POST /v1/journeys\`. Import its route:
   \`POST /v1/journeys/{id}/imports?as=plan\`.
5. Ask who comes near: \`GET /v1/journeys/{id}/nearby\`. Your account must be 72 hours old, unless the operator has set another
   age.

**Values.** Times are RFC 3339 in UTC, days are \`YYYY-MM-DD\`, positions are GeoJSON (\`[longitude, latitude]\`). The name
of a field says its unit: \`_m\` is metres, \`_s\` seconds, \`_h\` hours. Fields and values may be added: ignore those that
you do not know.

**Lists** have \`items\` and \`next_cursor\`. Send the cursor as \`cursor\` to get the next page, until it is null.

**Retries and edits.** Send an \`Idempotency-Key\` with every call that creates something. A call that you send again
with the same key is carried out once. Send the \`ETag\` of what you edit as \`If-Match\`, and nobody's edit is lost.

**Errors** are RFC 9457 problems with a stable \`code\`. Only the token endpoint has OAuth errors (RFC 6749).`;

const info = {
  title: 'Kairos',
  version: '0.1.0',
  description,
  contact: { name: 'The operator of this server' },
  license: { name: 'MIT', identifier: 'MIT' },
};

/** A route as `defineRoute` has registered it. */
type DefinedRoute = RouteConfig & { problems?: () => readonly ProblemKind[] };

/** The document does not depend on the host. `npm run generate` writes it to openapi.json. */
export function openApiOf(app: OpenAPIHono<HttpEnv>) {
  const copy = new OpenAPIHono();
  const responses = collectResponses();
  const registry = copy.openAPIRegistry;
  const kinds = new Map<string, ProblemKind>();
  const add = (problems: readonly ProblemKind[]) => {
    for (const problem of problems) kinds.set(problem.code, problem);
    return problems;
  };
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { problems, responses: own, ...route }: DefinedRoute = definition.route;
    registry.registerPath({ ...route, responses: responses.withProblems(own, add(problems?.() ?? [])) });
  }
  add([internal]);
  const examples = Object.fromEntries([...kinds.values()].map((kind) => [kind.code, exampleOf(kind)]));
  // An address without an operation has them.
  add([nothingHere, methodNotAllowed]);
  const [first = '', ...codes] = [...kinds.keys()].sort();
  registry.register('Problem', problemSchema([first, ...codes]));
  registry.registerComponent('schemas', 'FileForm', fileForm);
  const document = copy.getOpenAPI31Document({
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    tags: [...tags],
  });
  return addExamples({
    ...document,
    components: { ...document.components, responses: responses.components, examples, headers, securitySchemes },
  });
}
