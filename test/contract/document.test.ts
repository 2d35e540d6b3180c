import { describe, expect, test } from 'vitest';
import { createWholeApp } from '../../src/app.ts';
import { scopes } from '../../src/context.ts';
import { examples } from '../../src/http/document/examples.ts';
import { document, isOpen, type Operation, operations, pathParameters, type Schema } from './document.ts';
import { examplesWhere, gaps } from './register.ts';
import { faultsOf, resolved } from './schema.ts';

const titled = operations.map((operation) => [operation.id, operation] as const);

const withOAuthErrors = examplesWhere((_, { hasOAuthErrors }) => hasOAuthErrors === true);
const withOptionalBody = examplesWhere((_, { hasOptionalBody }) => hasOptionalBody === true);

/** Fields that RFC 7517 describes. */
const describedElsewhere = ['Jwk', 'JwkSet'];

/** RFC 9116 describes it, and people read it. */
const undocumented = ['GET /.well-known/security.txt'];

describe('the document', () => {
  test('the document contains every route of the app but security.txt, and no other', async () => {
    const { routes } = await createWholeApp({ now: () => new Date(), newId: () => '' });
    const registered = routes
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const documented = [...operations.map(({ method, path }) => `${method} ${path}`), ...undocumented];
    expect(documented.sort()).toEqual([...new Set(registered)].sort());
  });

  test('every operation has a unique id', () => {
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the document is the same on every host', () => {
    expect(document.servers).toEqual([{ url: '/' }]);
    expect(JSON.stringify(document)).not.toContain('kairos.test');
  });

  test('the document names every existing scope and no other', () => {
    const { flows } = document.components.securitySchemes.bearer;
    expect(Object.keys(flows.password.scopes).sort()).toEqual([...scopes].sort());
  });

  test('every operation has an example, and every example belongs to an operation', () => {
    expect(gaps()).toEqual([]);
  });

  test('every operation needs a session, a session or an API key, or no credential, and logout needs none', () => {
    const ways = Map.groupBy(operations, ({ security = [] }) => security.map((way) => Object.keys(way)).join());
    expect([...ways.keys()].sort()).toEqual(['', ',bearer', 'bearer', 'bearer,key']);
    expect(ways.get(',bearer')?.map(({ id }) => id)).toEqual(['logout']);
  });

  test('exactly the operations on accounts take no API key', () => {
    const isOfAccounts = ({ security }: Operation) => /account:manage|admin:manage/.test(JSON.stringify(security));
    const takesKey = ({ security = [] }: Operation) => security.some((way) => 'key' in way);
    const guarded = operations.filter((operation) => !isOpen(operation));
    expect(guarded.filter(takesKey)).toEqual(guarded.filter((operation) => !isOfAccounts(operation)));
    for (const { security = [] } of guarded.filter(takesKey)) expect(security[1]).toEqual({ key: [] });
  });

  test('every whole example belongs to an operation', () => {
    const ids = operations.map(({ id }) => id);
    expect(Object.keys(examples).filter((id) => !ids.includes(id))).toEqual([]);
  });

  test.each(Object.keys(document.components.schemas).filter((name) => !describedElsewhere.includes(name)))(
    '%s has an example for every field',
    (name) => {
      expect(fieldsWithoutExample(document.components.schemas[name])).toEqual([]);
    },
  );
});

describe.each(titled)('%s', (_, operation) => {
  test(`${operation.id} has a verb and a noun in its id, a summary, one tag and its security`, () => {
    expect(operation.id).toMatch(/^(?:[a-z]+(?:[A-Z][a-z]+)+|register|logout)$/);
    expect(operation.summary).toMatch(/^[A-Z].{5,}[^.]$/);
    expect(operation.tags).toHaveLength(1);
    expect(operation.security, 'security').toBeDefined();
  });

  test(`${operation.id} and its parameters have a description of one to three sentences`, () => {
    const { parameters } = operation;
    expect(operation.description).not.toBe(`${operation.summary}.`);
    const described = [operation, ...parameters.map(({ name, ...rest }) => ({ id: name, ...rest }))];
    expect(described.filter(({ description }) => !isOneToThreeSentences(description)).map(({ id }) => id)).toEqual([]);
  });

  test(`${operation.id} has whole examples of its body and its answer, which their schemas accept`, () => {
    const { body, responses } = operation;
    const answers = Object.entries(responses).flatMap(([status, { content = {} }]) =>
      status.startsWith('2')
        ? Object.entries(content).map(([type, rest]) => ({ name: `${status} ${type}`, ...rest }))
        : [],
    );
    const bodies = body && body.schema.format !== 'binary' ? [{ name: 'body', ...body }] : [];
    for (const { name, schema = {}, example } of [...bodies, ...answers])
      expect(faultsOf(schema, example), name).toEqual([]);
  });

  test(`${operation.id} declares and describes the problems that follow from its shape`, () => {
    const declared = Object.keys(operation.responses);
    expect(declared).toEqual(expect.arrayContaining(problemsOf(operation)));
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      expect(description, status).not.toBe('');
      if (status.startsWith('4') && !(withOAuthErrors.includes(operation.id) && status === '400'))
        expect(Object.keys(content ?? {}), status).toEqual(['application/problem+json']);
    }
  });

  test(`${operation.id} requires its body unless it can do without`, () => {
    if (operation.body) expect(operation.body.required).toBe(!withOptionalBody.includes(operation.id));
  });
});

function isOneToThreeSentences(text = ''): boolean {
  const ends = text.replaceAll(/`[^`]*`/g, 'X').match(/\.(?=\s|$)/g) ?? [];
  return /^[A-Z`].*\.$/s.test(text) && ends.length <= 3;
}

function problemsOf(operation: Operation): string[] {
  return [
    '400',
    ...(operation.path.startsWith('/v1/') ? ['429'] : []),
    ...(isOpen(operation) ? [] : ['401', '403']),
    ...(pathParameters(operation).length > 0 ? ['422'] : []),
    ...(operation.body ? ['413', '415', '422'] : []),
  ];
}

/** An enum, a boolean and null are examples of themselves; an example of the whole covers its parts. */
function fieldsWithoutExample(schema: Schema, path: string[] = []): string[] {
  const own = resolved(schema);
  if ('example' in own || own.enum || own.default !== undefined || own.type === 'boolean' || own.type === 'null')
    return [];
  if (own.anyOf?.some((option) => option.enum)) return [];
  const parts = [
    ...Object.entries(own.properties ?? {}),
    ...Object.entries(own.items ? { items: own.items } : {}),
    ...Object.entries(own.anyOf ?? {}),
  ];
  return parts.length === 0
    ? [path.join('.')]
    : parts.flatMap(([name, part]) => fieldsWithoutExample(part, [...path, name]));
}
