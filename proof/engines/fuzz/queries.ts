import fc from 'fast-check';
import type { Operation, Schema } from '../../../test/contract/document.ts';
import { resolved } from '../../../test/contract/schema.ts';
import { hostileText, valuesOf } from '../../support/values.ts';
import type { Draft, RequestChange } from './draft.ts';

/** A change of the `name=value` parts of a query or a form. */
type PartsChange = { label: string; change: (parts: readonly string[]) => readonly string[] };

const unknownNames = [
  'colour',
  'LIMIT',
  'user_id',
  '__proto__',
  'constructor',
  'limit[]',
  'limit.0',
  '',
  'a'.repeat(1_000),
  'cursor ',
  '\u202e',
];

/** An unpaired surrogate has no percent-encoding. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const rawParts = [
  ...[
    'limit',
    'limit=',
    '=',
    '==',
    '&',
    ';',
    '%',
    'limit=%',
    'limit=%zz',
    'limit=%00',
    'limit=%ff',
    'limit=%c0%ae',
    'limit=1;limit=2',
  ],
  ...[
    'limit=+7',
    'limit=%207',
    'limit=1&limit=2',
    '%6cimit=1',
    'limit[]=1',
    'limit[a]=1',
    'cursor=%ed%a0%80',
    '__proto__[x]=1',
    '?limit=1',
  ],
];

const listChanges: readonly PartsChange[] = [
  {
    label: '1,000 parameters',
    change: (parts) => [...parts, ...Array.from({ length: 1_000 }, (_, index) => `a${index}=1`)],
  },
  { label: '1,000 times the same', change: (parts) => [...parts, ...Array.from({ length: 1_000 }, () => 'limit=1')] },
  { label: '9 KB', change: (parts) => [...parts, `cursor=${'a'.repeat(9_000)}`] },
  { label: 'each of them twice', change: (parts) => [...parts, ...parts] },
  { label: 'no parameters', change: () => [] },
  { label: 'backwards', change: (parts) => parts.toReversed() },
];

const nameOf = (part: string): string => part.split('=', 1).join();

/** Changes of a list of parameters with these names. */
export function parameterChanges(
  known: readonly (readonly [name: string, schema: Schema])[],
): fc.Arbitrary<PartsChange> {
  const ownValue = (name: string, schema: Schema) =>
    fc.oneof(valuesOf(schema).map(String), hostileText).map((value) => ({ name, value }));
  const values = fc.oneof(...known.map(([name, schema]) => ({ weight: 8, arbitrary: ownValue(name, schema) })), {
    weight: 2,
    arbitrary: fc.record({ name: fc.oneof(fc.constantFrom(...unknownNames), hostileText), value: hostileText }),
  });
  const set = values.map(
    ({ name, value }): PartsChange => ({
      label: JSON.stringify(`${name}=${value}`).slice(0, 60),
      change: (parts) => [...parts.filter((part) => nameOf(part) !== name), `${encoded(name)}=${encoded(value)}`],
    }),
  );
  const raw = fc
    .constantFrom(...rawParts)
    .map((part): PartsChange => ({ label: part, change: (parts) => [...parts, part] }));
  const dropped = fc.nat(20).map(
    (index): PartsChange => ({
      label: `without no. ${index}`,
      change: (parts) => parts.filter((_, at) => at !== index),
    }),
  );
  return fc.oneof(
    { weight: 8, arbitrary: set },
    { weight: 2, arbitrary: raw },
    { weight: 1, arbitrary: dropped },
    { weight: 1, arbitrary: fc.constantFrom(...listChanges) },
  );
}

/** The fields of a form. */
export const formOf = (schema: Schema): Readonly<Record<string, Schema>> => resolved(schema).properties ?? {};

export function queryChanges(operation: Operation): fc.Arbitrary<RequestChange> {
  const known = operation.parameters.filter((parameter) => parameter.in === 'query');
  return parameterChanges(known.map(({ name, schema }) => [name, schema] as const)).map(({ label, change }) => ({
    label: `query: ${label}`,
    apply: (draft: Draft) => ({ ...draft, query: change(draft.query) }),
  }));
}
