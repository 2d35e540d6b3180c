import { expect, test } from 'vitest';
import { documentFaults } from '../../scripts/document-faults.ts';
import { lintDocument } from '../../scripts/lint-document.ts';
import { read } from '../architecture/files.ts';

const text = read('openapi.json');

/** A copy of openapi.json with one change. `change` receives the document as the caller names its parts. */
function changed<Document>(change: (document: Document) => void): Parameters<typeof documentFaults>[0] {
  const document = JSON.parse(text);
  change(document);
  return document;
}

type Schema = Record<string, unknown>;
type Operation = {
  parameters: { name: string; in: string; required?: boolean; schema: Schema }[];
  responses: Record<string, { headers: object; content: Record<string, { schema: Schema; examples: object }> }>;
};
type Document = {
  tags: unknown[];
  paths: Record<string, Record<'get' | 'post', Operation>>;
  components: {
    schemas: Record<string, { properties: Record<string, Schema> } & Schema>;
    responses: Operation['responses'];
  };
};

const faultsAfter = (change: (document: Document) => void): string[] => documentFaults(changed(change));
const operationIn = ({ paths }: Document, path: string, method: 'get' | 'post' = 'get'): Operation => {
  const operation = paths[path]?.[method];
  if (!operation) throw new Error(`openapi.json has no ${method} ${path}`);
  return operation;
};
const parameterIn = (document: Document, path: string, name: string) => {
  const parameter = operationIn(document, path).parameters.find((one) => one.name === name);
  if (!parameter) throw new Error(`openapi.json has no parameter ${name} of ${path}`);
  return parameter;
};
const schemaIn = ({ components }: Document, name: string) => {
  const schema = components.schemas[name];
  if (!schema) throw new Error(`openapi.json has no schema ${name}`);
  return schema;
};

test('openapi.json has none of the faults', () => {
  expect(documentFaults(JSON.parse(text))).toEqual([]);
});

test.each<[fault: RegExp, change: (document: Document) => void]>([
  [/the tag Journeys is not in the list/, (document) => document.tags.shift()],
  [/no operation has the tag Weather/, (document) => document.tags.push({ name: 'Weather' })],
  [
    /the schema Notification has the name/,
    ({ components }) => Object.assign(components.schemas, { Notification: { type: 'string' } }),
  ],
  [
    /Journey\/properties\/start is an object without a name/,
    (document) =>
      Object.assign(schemaIn(document, 'Journey').properties, {
        start: { type: 'object', properties: { name: { type: 'string' } } },
      }),
  ],
  [
    /Marker\/properties\/center is a position/,
    (document) =>
      Object.assign(schemaIn(document, 'Marker').properties, { center: { $ref: '#/components/schemas/GeoPoint' } }),
  ],
  [/GeoPoint may be null/, (document) => Object.assign(schemaIn(document, 'GeoPoint'), { type: ['object', 'null'] })],
  [/GeoPoint has a default/, (document) => Object.assign(schemaIn(document, 'GeoPoint'), { default: null })],
  [
    /NewBlock is an anyOf/,
    (document) => {
      const { oneOf, ...block } = schemaIn(document, 'NewBlock');
      document.components.schemas.NewBlock = { ...block, anyOf: oneOf };
    },
  ],
  [
    /Problem\/properties\/code is an anyOf/,
    (document) => {
      const { ProblemCode } = document.components.schemas;
      Object.assign(schemaIn(document, 'Problem').properties, { code: { anyOf: [ProblemCode, { type: 'string' }] } });
    },
  ],
  [
    /NewBlock is a oneOf without a discriminator/,
    (document) => Object.assign(schemaIn(document, 'NewBlock'), { discriminator: { propertyName: 'named_by' } }),
  ],
  [
    /listJourneys: the parameter limit is coerced/,
    (document) =>
      Object.assign(parameterIn(document, '/v1/journeys', 'limit'), { schema: { type: ['integer', 'null'] } }),
  ],
  [
    /getJourney: the parameter id is in the path and not required/,
    (document) => Object.assign(parameterIn(document, '/v1/journeys/{id}', 'id'), { required: false }),
  ],
  [
    /the router never matches \/v1\/journeys\/\{id\}\.gpx/,
    ({ paths }) => Object.assign(paths, { '/v1/journeys/{id}.gpx': paths['/v1/journeys/{id}'] }),
  ],
  [
    /createJourney: 201 does not declare Location/,
    (document) => Object.assign(operationIn(document, '/v1/journeys', 'post').responses[201] ?? {}, { headers: {} }),
  ],
  [
    /listJourneys: 200 does not declare Link/,
    (document) => Object.assign(operationIn(document, '/v1/journeys').responses[200] ?? {}, { headers: {} }),
  ],
  [
    /: 429 does not declare Retry-After/,
    ({ components }) => Object.assign(components.responses.HttpTooManyRequests ?? {}, { headers: {} }),
  ],
  [
    /getJourney: 404 needs its codes as an enum, and an example of each/,
    ({ components }) =>
      Object.assign(components.responses.JourneysNotFound?.content['application/problem+json'] ?? {}, {
        examples: {},
      }),
  ],
  [
    /getJourney: 404 is not a problem/,
    ({ components }) => Object.assign(components.responses.JourneysNotFound ?? {}, { content: {} }),
  ],
])('the check finds that %s', (fault, change) => {
  expect(faultsAfter(change).join('\n')).toMatch(fault);
});

test('the check runs the recommended rules of Redocly and of Spectral', async () => {
  const findings = await lintDocument(JSON.stringify({ openapi: '3.1.0', info: { title: 'Kairos' }, paths: {} }));
  expect(findings.join('\n')).toMatch(/redocly .*spectral /s);
});
