import { type Role, type Scope, scopesOf } from '../../context.ts';

/** How long after the password was shown sensitive calls are allowed. */
export const recentLoginMinutes = 10;

export const roleHasAll = (role: Role, needed: readonly Scope[]): boolean =>
  needed.every((scope) => scopesOf[role].includes(scope));
