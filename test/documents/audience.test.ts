import { expect, test } from 'vitest';
import {
  adminSchemas,
  type FieldAudience,
  fieldAudiences,
  ownSchemas,
  shownFields,
} from '../../src/features/audience/fields.rules.ts';
import { read } from '../architecture/files.ts';

type Node = { $ref?: string; properties?: Record<string, unknown> };
type Operation = { operationId: string; tags: string[]; responses: Record<string, { content?: object }> };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Node> } };

const readDocument = (): Document => JSON.parse(read('openapi.json'));
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The schemas that a part of the document names, with all that these name. */
function schemasIn(document: Document, part: unknown, found: Set<string> = new Set()): Set<string> {
  if (!isNode(part)) return found;
  const name = part.$ref?.replace('#/components/schemas/', '');
  if (name !== undefined && !found.has(name)) {
    found.add(name);
    schemasIn(document, document.components.schemas[name], found);
  }
  for (const child of Object.values(part)) schemasIn(document, child, found);
  return found;
}

const operationsOf = ({ paths }: Document): Operation[] =>
  Object.values(paths).flatMap((item) => Object.values(item).filter(({ operationId }) => operationId !== undefined));

const schemasOf = (document: Document, { responses }: Operation): string[] => {
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  return [
    ...schemasIn(
      document,
      answers.map(([, { content }]) => content),
    ),
  ];
};

/** Pages and choices between schemas have no fields of a rider themselves. */
const isWrapper = (name: string, { properties = {} }: Node): boolean =>
  Object.keys(properties).length === 0
    ? !ownSchemas.includes(name) && !adminSchemas.includes(name)
    : 'next_cursor' in properties;

/** What the table of fields does not say about the answers of a document. */
function faultsIn(document: Document): string[] {
  const reached = new Set(operationsOf(document).flatMap((operation) => schemasOf(document, operation)));
  const faults = [...reached].flatMap((name) => {
    const schema = document.components.schemas[name] ?? {};
    const listed = shownFields[name];
    if (listed)
      return Object.keys(schema.properties ?? {}).flatMap((field) =>
        field in listed ? [] : [`${name}.${field} is not listed: say in shownFields who gets it`],
      );
    const isKnown = ownSchemas.includes(name) || adminSchemas.includes(name) || isWrapper(name, schema);
    return isKnown ? [] : [`${name} is in no list of fields.rules.ts: say who gets it`];
  });
  const fields = Object.entries(shownFields).flatMap(([name, listed]) =>
    Object.keys(listed)
      .filter((field) => !(field in (document.components.schemas[name]?.properties ?? {})))
      .map((field) => `${name}.${field} is listed, but no answer has it`),
  );
  const others = [...ownSchemas, ...adminSchemas].filter((name) => !reached.has(name));
  const toNonAdmins = operationsOf(document)
    .filter(({ tags }) => !tags.includes('Admin'))
    .flatMap((operation) =>
      schemasOf(document, operation)
        .filter((name) => adminSchemas.includes(name))
        .map((name) => `${operation.operationId} answers ${name}, which is for admins`),
    );
  return [...faults, ...fields, ...others.map((name) => `${name} is listed, but no answer has it`), ...toNonAdmins];
}

test('the table of audiences lists every field of every answer, and no other', () => {
  expect(faultsIn(readDocument())).toEqual([]);
});

test.each<[RegExp, (document: Document) => void]>([
  [
    /PublicJourney\.starts_on is not listed/,
    ({ components }) => Object.assign(components.schemas.PublicJourney?.properties ?? {}, { starts_on: {} }),
  ],
  [
    /Tent is in no list/,
    ({ components }) => {
      components.schemas.Tent = { properties: { place: {} } };
      Object.assign(components.schemas.Itinerary?.properties ?? {}, { tents: { $ref: '#/components/schemas/Tent' } });
    },
  ],
  [
    /ConnectedRider\.email is listed, but no answer has it/,
    ({ components }) => delete components.schemas.ConnectedRider?.properties?.email,
  ],
  [
    /getUser answers Account, which is for admins/,
    ({ components }) =>
      Object.assign(components.schemas.PublicProfile?.properties ?? {}, {
        id: { $ref: '#/components/schemas/Account' },
      }),
  ],
])('a document with the fault %s is found', (fault, change) => {
  const document = readDocument();
  change(document);
  expect(faultsIn(document).join('\n')).toMatch(fault);
});

const cellOf = (listed: Partial<Record<FieldAudience, string>>, audience: FieldAudience) => listed[audience] ?? '';

test('docs/privacy.md has the table of audiences', () => {
  const rows = Object.entries(shownFields).flatMap(([name, listed]) => {
    const groups = Map.groupBy(Object.entries(listed), ([, shown]) =>
      fieldAudiences.map((audience) => cellOf(shown, audience)).join(' | '),
    );
    return [...groups].map(([cells, fields]) => {
      const names = fields.map(([field]) => `\`${field}\``).join(', ');
      return `| ${name} | ${names} | ${cells} |`.replaceAll(/ +/g, ' ');
    });
  });
  const table = read('docs/privacy.md')
    .split('\n')
    .filter((row) => /^\| [A-Z]\w+ \| `/.test(row));
  expect(table, `the table of docs/privacy.md is:\n${rows.join('\n')}`).toEqual(rows);
});
