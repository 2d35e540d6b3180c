import fc from 'fast-check';
import type { Operation } from '../../../test/contract/document.ts';
import { type Field, fieldsOf, valueAt, withValue } from '../../../test/contract/schema.ts';
import { hostileText, hostileValue, valuesOf } from '../../support/values.ts';
import { type Draft, labelOf, type RequestChange, textOf } from './draft.ts';
import { gpxChanges } from './gpx.ts';
import { formOf, parameterChanges } from './queries.ts';

const withJson = (draft: Draft, change: (json: unknown) => unknown): Draft =>
  draft.body && 'json' in draft.body ? { ...draft, body: { json: change(draft.body.json) } } : draft;

/** Sets nothing if an earlier change has removed the parent of the field. */
function set(json: unknown, path: readonly string[], value: unknown): unknown {
  const parents = path.map((_, depth) => valueAt(json, path.slice(0, depth)));
  const isThere = parents.every((parent) => (Array.isArray(parent) ? parent.length > 0 : Object(parent) === parent));
  const isMismatch = parents.some((parent, depth) => Array.isArray(parent) && path[depth] !== '0');
  return isThere && !isMismatch ? withValue(json, path, value) : json;
}

/** Sets one field to a valid, nearly valid or hostile value, or leaves it out. */
function fieldChanges(field: Field): fc.Arbitrary<RequestChange> {
  const name = field.path.join('.');
  const to = (value: unknown): RequestChange => ({
    label: labelOf(`${name} =`, value),
    apply: (draft) => withJson(draft, (json) => set(json, field.path, value)),
  });
  return fc.oneof(
    { weight: 5, arbitrary: valuesOf(field.schema).map(to) },
    { weight: 5, arbitrary: hostileValue.map(to) },
    { weight: 1, arbitrary: fc.constant({ ...to(undefined), label: `no ${name}` }) },
  );
}

const extraNames = [
  '__proto__',
  'constructor',
  'prototype',
  'role',
  'owner_id',
  'id',
  'version',
  'toString',
  '',
  'a.b',
  'NAME',
  '\u0000',
  '\ud800',
];

const extraFields: fc.Arbitrary<RequestChange> = fc
  .tuple(fc.oneof(fc.constantFrom(...extraNames), fc.string({ maxLength: 10 })), hostileValue)
  .map(([name, value]) => ({
    label: labelOf(`extra ${JSON.stringify(name)} =`, value),
    apply: (draft) =>
      withJson(draft, (json) => Object.defineProperty({ ...Object(json) }, name, { value, enumerable: true })),
  }));

const whole: fc.Arbitrary<RequestChange> = hostileValue.map((value) => ({
  label: labelOf('whole body', value),
  apply: (draft) => withJson(draft, () => value),
}));

/** Changes of a body's text that work for any content. */
const textChanges: readonly RequestChange[] = [
  ['a key twice', (text: string) => text.replace('{', '{"name":"first","name":2,')],
  ['a key twice, once in capitals', (text: string) => text.replace('{', '{"NAME":1,')],
  ['cut in half', (text: string) => text.slice(0, text.length / 2)],
  ['a tail', (text: string) => `${text} x`],
  ['twice', (text: string) => text + text],
  ['a BOM', (text: string) => `\ufeff${text}`],
  ['a comma at the end', (text: string) => text.replace(/\}$/, ',}')],
  ['a comment', (text: string) => `/* */${text}`],
  ['spaces', (text: string) => `\n\t ${text}${' '.repeat(1_000)}`],
  ['too long', (text: string) => text + ' '.repeat(300_000)],
  ['empty', () => ''],
  ['a NUL', (text: string) => `${text}\u0000`],
  ['quotes of the wrong kind', (text: string) => text.replaceAll('"', "'")],
].map(([label, change]) => ({
  label: `body: ${label}`,
  apply: (draft: Draft) =>
    draft.body && typeof change === 'function' ? { ...draft, body: { text: change(textOf(draft.body)) } } : draft,
}));

const spliced = (text: string, ...bytes: number[]): Uint8Array => {
  const at = Math.floor(text.length / 2);
  return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from(bytes), Buffer.from(text.slice(at))]);
};

const byteChanges: readonly RequestChange[] = [
  ['ff fe inside', (text: string) => spliced(text, 0xff, 0xfe)],
  ['an overlong slash inside', (text: string) => spliced(text, 0xc0, 0xaf)],
  ['half a surrogate in UTF-8', (text: string) => spliced(text, 0xed, 0xa0, 0x80)],
  ['in UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['in Latin-1', (text: string) => Buffer.from(text.replace('a', 'ä'), 'latin1')],
  ['ends inside a character', (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0xe2, 0x82])])],
].map(([label, change]) => ({
  label: `body: ${label}`,
  apply: (draft: Draft) =>
    draft.body && typeof change === 'function' ? { ...draft, body: { bytes: change(textOf(draft.body)) } } : draft,
}));

const formChanges = (operation: Operation): fc.Arbitrary<RequestChange> =>
  parameterChanges(Object.entries(operation.body?.schema ? formOf(operation.body.schema) : {})).map(
    ({ label, change }) => ({
      label: `form: ${label}`,
      apply: (draft) =>
        draft.body && 'text' in draft.body
          ? { ...draft, body: { text: change(draft.body.text.split('&')).join('&') } }
          : draft,
    }),
  );

/** The changes for the body of an operation; `body` comes from an example with every field. */
export function bodyChanges(operation: Operation, body: unknown): fc.Arbitrary<RequestChange> {
  const damage = fc.constantFrom(...textChanges, ...byteChanges);
  if (!operation.body)
    return hostileText.map((text) => ({
      label: 'a body where none is read',
      apply: (draft) => ({ ...draft, body: { text } }),
    }));
  if (operation.body.mediaType === 'application/gpx+xml') return gpxChanges;
  if (operation.body.mediaType !== 'application/json')
    return fc.oneof({ weight: 6, arbitrary: formChanges(operation) }, { weight: 1, arbitrary: damage });
  const fields = fieldsOf(operation.body.schema, body);
  return fc.oneof(
    ...(fields.length > 0 ? [{ weight: 12, arbitrary: fc.constantFrom(...fields).chain(fieldChanges) }] : []),
    { weight: 2, arbitrary: extraFields },
    { weight: 1, arbitrary: whole },
    { weight: 3, arbitrary: damage },
  );
}
