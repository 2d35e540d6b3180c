import fc from 'fast-check';
import type { RequestChange } from './draft.ts';

const lastEncoded = (path: string): string => {
  const code = path.charCodeAt(path.length - 1).toString(16);
  return `${path.slice(0, -1)}%${code}`;
};

/** Other spellings of a path, some of which lead to the same place. */
const spellings: Readonly<Record<string, (path: string) => string>> = {
  'two slashes in front': (path) => `/${path}`,
  'three slashes in front': (path) => `//${path}`,
  'two slashes inside': (path) => path.replace(/(.)\//, '$1//'),
  'a slash at the end': (path) => `${path}/`,
  'two slashes at the end': (path) => `${path}//`,
  './ in front': (path) => `/.${path}`,
  '%2e%2e in front': (path) => `/%2e%2e${path}`,
  'there and back': (path) => `/x/..${path}`,
  'there and back, encoded': (path) => `/x/%2e%2e${path}`,
  'back at the end': (path) => `${path}/..`,
  '%2F for slashes': (path) => path.replace(/(.)\//, '$1%2F'),
  '%5C for slashes': (path) => path.replace(/(.)\//, '$1%5C'),
  '\\ for slashes': (path) => path.replace(/(.)\//, '$1\\'),
  '%2F at the end': (path) => `${path}%2F`,
  '%00 at the end': (path) => `${path}%00`,
  '%0a at the end': (path) => `${path}%0a`,
  '%20 at the end': (path) => `${path}%20`,
  '; at the end': (path) => `${path};`,
  ';x=1 at the end': (path) => `${path};x=1`,
  '.json at the end': (path) => `${path}.json`,
  '%3F at the end': (path) => `${path}%3Fx=1`,
  '%23 at the end': (path) => `${path}%23`,
  'a letter encoded': lastEncoded,
  'a letter encoded twice': (path) =>
    lastEncoded(path)
      .replace('%', '%25')
      .replace(/%25(..)$/, '%25$1'),
  'v encoded': (path) => path.replace('v', '%76'),
  'in capitals': (path) => path.toUpperCase(),
  'half a percent': (path) => `${path}%`,
  'no percent': (path) => `${path}%zz`,
  'an overlong dot': (path) => `${path}%c0%ae`,
  'no UTF-8': (path) => `${path}%ff`,
  'half a surrogate': (path) => `${path}%ed%a0%80`,
  'Latin-1': (path) => `${path}\u00e4`,
  'a star': () => '/v1/*',
  'a template': () => '/v1/journeys/:id',
  '9 KB': (path) => path + 'a'.repeat(9_000),
  '4,000 steps': (path) => path + '/a'.repeat(4_000),
  'absolute-form': (path) => `http://evil.example${path}`,
};

const pathSpellings = fc.constantFrom(...Object.entries(spellings)).map(
  ([label, respelt]): RequestChange => ({
    label: `path: ${label}`,
    apply: (draft) => ({ ...draft, path: respelt(draft.path) }),
  }),
);

const oddIds = [
  ...[
    '1',
    '0',
    '-1',
    'null',
    'undefined',
    'me',
    '*',
    '%',
    '%27',
    '%00',
    '%ff',
    '..',
    '.',
    '%2e%2e',
    '%2F',
    '%20',
    'a%0ab',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '0193a1b2-3c4d-0e5f-8a9b-0c1d2e3f4a5b',
  ],
  ...[
    '0193a1b23c4d7e5f8a9b0c1d2e3f4a5b',
    '%7B0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b%7D',
    'urn:uuid:0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
  ],
  ...[
    '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5g',
    '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b0',
    'a'.repeat(3_000),
    '__proto__',
    '%F0%9F%98%80',
    '1e400',
  ],
];

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

const idChanges = fc.oneof(fc.constantFrom(...oddIds), fc.uuid()).map(
  (id): RequestChange => ({
    label: `id: ${id.slice(0, 60)}`,
    apply: (draft) => ({ ...draft, path: draft.path.replace(uuid, () => id) }),
  }),
);

const capitalId: RequestChange = {
  label: 'id in capitals',
  apply: (draft) => ({ ...draft, path: draft.path.replaceAll(uuid, (id) => id.toUpperCase()) }),
};

/** Spells the path differently, or replaces its id. */
export const pathChanges = (hasId: boolean): fc.Arbitrary<RequestChange> =>
  hasId
    ? fc.oneof({ weight: 3, arbitrary: pathSpellings }, { weight: 5, arbitrary: idChanges }, fc.constant(capitalId))
    : pathSpellings;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'SEARCH'];

export const methodChanges: fc.Arbitrary<RequestChange> = fc
  .constantFrom(...methods)
  .map((method) => ({ label: `method: ${method}`, apply: (draft) => ({ ...draft, method }) }));
