import { describe, expect, test } from 'vitest';
import { call } from '../support/app.ts';
import { createRider } from '../support/factories.ts';
import { addressOf, send } from './calls.ts';
import { isJsonBody, type Operation, pathParameters } from './document.ts';
import { expectDeclared, expectInvalidRequest, expectProblem } from './expectations.ts';
import { entryOf, examplesWhere, prepare } from './register.ts';
import { faultsOf, fieldsOf, takesText, valueAt, withValue, wrongValues } from './schema.ts';

const jsonWrites = examplesWhere(isJsonBody);
const bodySchema = ({ id, body }: Operation) => {
  if (!body) throw new Error(`${id} has no body`);
  return body.schema;
};

describe('URLs', () => {
  const malformedIds = [
    '1',
    'null',
    '%27',
    '0193a1b2',
    '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5g',
    `${crypto.randomUUID()}0`,
  ];

  test.each(examplesWhere((operation) => pathParameters(operation).length > 0))(
    '%s answers 422 to a malformed id and names it',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      for (const { name: parameter } of pathParameters(operation)) {
        for (const id of malformedIds) {
          const answer = await send(operation, { ...example, params: { ...example.params, [parameter]: id } }, rider);
          expectProblem(operation, answer, 422, 'http.invalid');
          expect(answer.json.errors).toMatchObject([{ path: parameter }]);
        }
      }
    },
  );

  test.each(examplesWhere((_, { isQueryOpen }) => !isQueryOpen))(
    '%s answers 400 to an unknown query parameter',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      for (const unknown of ['colour=red', 'LIMIT=1', 'user_id=1', '__proto__=1', 'constructor=1', 'limit[]=1']) {
        const query = `${example.query ?? ''}${example.query ? '&' : '?'}${unknown}`;
        const answer = await send(operation, { ...example, query }, rider);
        if (entryOf(operation.id).hasOAuthErrors) expectInvalidRequest(operation, answer);
        else expectProblem(operation, answer, 400, 'http.unknown_parameter');
      }
    },
  );
});

describe('bodies', () => {
  test.each(jsonWrites)('%s has an example with every allowed field', async (name) => {
    const { operation, example } = await prepare(name, await createRider());
    expect(faultsOf(bodySchema(operation), example.body)).toEqual([]);
    const missing = fieldsOf(bodySchema(operation), example.body).filter(
      ({ path }) => valueAt(example.body, path) === undefined,
    );
    expect(missing).toEqual([]);
  });

  test.each(jsonWrites)('%s answers 422 to every field with a value of any other type [J4]', async (name) => {
    const rider = await createRider();
    const { operation, example } = await prepare(name, rider);
    for (const { path, schema } of [
      { path: [], schema: bodySchema(operation) },
      ...fieldsOf(bodySchema(operation), example.body),
    ]) {
      for (const [type, value] of wrongValues(schema)) {
        const answer = await send(operation, { ...example, body: withValue(example.body, path, value) }, rider);
        expect(answer.status, `${path.join('.')}: ${type} ${answer.text}`).toBe(422);
        expectProblem(operation, answer, 422, 'http.invalid');
      }
    }
  });

  test.each(jsonWrites)(
    '%s answers 422 to a NUL or half a surrogate pair in any text and names the field [K3, K4]',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      const texts = fieldsOf(bodySchema(operation), example.body).filter(({ schema }) => takesText(schema));
      for (const { path } of texts) {
        for (const text of ['a\u0000b', '\u0000', 'a\ud800', '\udc00b', '\udc00\ud800']) {
          const answer = await send(operation, { ...example, body: withValue(example.body, path, text) }, rider);
          expectProblem(operation, answer, 422, 'http.unstorable_text');
          expect(answer.json.errors).toMatchObject([{ path: path.join('.') }]);
        }
      }
      for (const key of ['a\u0000', '\ud800'])
        expectProblem(operation, await send(operation, { ...example, body: { [key]: 1 } }, rider), 422);
    },
  );

  const mediaTypes = [
    '',
    'text/plain',
    'text/json',
    'application/octet-stream',
    'application/jsonx',
    'application/json-seq',
    'application/json, text/plain',
    'application/json',
    'application/gpx+xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ];

  test.each(examplesWhere(({ body }) => body !== undefined))(
    '%s answers 415 to every content type but its own [K13]',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      const bytes = new TextEncoder().encode('{}');
      const own = operation.body?.mediaTypes ?? [];
      // A missing type is application/octet-stream (RFC 9110 section 8.3).
      const isOwn = (other: string) => own.includes(other.split(';')[0] || 'application/octet-stream');
      for (const mediaType of mediaTypes.filter((other) => !isOwn(other))) {
        const answer = await call(operation.method, addressOf(operation, example), {
          token: rider.token,
          body: bytes,
          headers: mediaType ? { 'Content-Type': mediaType } : {},
        });
        expectProblem(operation, answer, 415);
      }
    },
  );

  test.each(examplesWhere(({ body }) => body?.required === true))(
    '%s without a body is refused [K13]',
    async (name) => {
      const rider = await createRider();
      const { operation, example } = await prepare(name, rider);
      const address = addressOf(operation, example);
      const bare = await call(operation.method, address, { token: rider.token });
      expectProblem(operation, bare, 415);
      const headers = { 'Content-Type': operation.body?.mediaType ?? '' };
      const labelled = await call(operation.method, address, { token: rider.token, headers });
      expect([400, 422], labelled.text).toContain(labelled.status);
      expectDeclared(operation, labelled);
    },
  );
});
