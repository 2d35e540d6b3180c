import type { Guard } from '../../db/commit.ts';
import { type Expected, requireVersion } from '../../db/version.ts';
import { users } from './user.table.ts';

/** The rider, who is locked as every rider is before anything else, is at one of the versions. */
export const requireRiderVersion = (id: string, expected: Expected): Guard[] =>
  requireVersion(users, id, expected).map((guard) => ({ ...guard, stage: 'riders' }));
