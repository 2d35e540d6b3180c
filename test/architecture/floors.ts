import { importsOf, type Source } from './source.ts';

/**
 * The feature folders, from bottom to top. A file imports values and types only from lower folders. Tables are below all
 * of them. See `docs/architecture.md`.
 */
export const floors = [
  'access',
  'usage',
  'audience',
  'audit',
  'idempotency',
  'mail',
  'presence',
  'consents',
  'privacy',
  'sessions',
  'api-keys',
  'users',
  'journeys',
  'publications',
  'markers',
  'tracks',
  'transfer',
  'calendar',
  'notifications',
  'discovery',
  'seen-as',
  'connections',
  'blocks',
  'reports',
  'auth',
  'oauth',
  'account',
  'admin',
] as const;

const order: readonly string[] = floors;
const folderOf = (path: string): string | undefined => /^features\/([\w-]+)\//.exec(path)?.[1];

/** The imports of one file that go up, as sentences about it. */
export function floorsBroken(source: Source): string[] {
  const folder = folderOf(source.path);
  if (!folder) return [];
  const floor = order.indexOf(folder);
  if (floor < 0)
    return [
      `${source.path} is in a folder without a floor: name ${folder} in test/architecture/floors.ts, above the folders that it imports and below those that import it`,
    ];
  return importsOf(source).flatMap(({ target }) => {
    const other = folderOf(target);
    if (!other || target.endsWith('.table.ts') || order.indexOf(other) < floor) return [];
    return [
      `${source.path} imports ${target}, and ${other} is not below ${folder}: what both need is a guard, a write or a predicate of the lower one (docs/architecture.md, Floors)`,
    ];
  });
}
