import type { AnswerPage } from '../http/not-found.ts';
import type { createRouter } from '../http/router.ts';

export type Router = ReturnType<typeof createRouter>;

export type Area = {
  /** Addresses that are not under an area of their own belong to the area of `/`. */
  path: string;
  /** Where the routers are mounted. */
  base: '/' | '/v1';
  load: () => Promise<{ routers: readonly Router[] }>;
};

/**
 * All routes, by the start of their address. The runtime compiles and runs the code of an area on its first request, so
 * that the start of a Worker does not become longer with every feature.
 */
export const areas: readonly Area[] = [
  { path: '/health', base: '/', load: () => import('./service.ts') },
  { path: '/.well-known', base: '/', load: () => import('./service.ts') },
  { path: '/v1/auth', base: '/v1', load: () => import('./auth.ts') },
  { path: '/v1/me', base: '/v1', load: () => import('./me.ts') },
  { path: '/v1/journeys', base: '/v1', load: () => import('./journeys.ts') },
  { path: '/v1/discover', base: '/v1', load: () => import('./map.ts') },
  { path: '/v1/nearby', base: '/v1', load: () => import('./map.ts') },
  { path: '/v1/users', base: '/v1', load: () => import('./riders.ts') },
  { path: '/v1/connections', base: '/v1', load: () => import('./contacts.ts') },
  { path: '/v1/notifications', base: '/v1', load: () => import('./contacts.ts') },
  { path: '/v1/blocks', base: '/v1', load: () => import('./riders.ts') },
  { path: '/v1/reports', base: '/v1', load: () => import('./riders.ts') },
  { path: '/v1/api-keys', base: '/v1', load: () => import('./api-keys.ts') },
  { path: '/v1/calendar', base: '/v1', load: () => import('./calendar.ts') },
  { path: '/v1/mail', base: '/v1', load: () => import('./mail.ts') },
  { path: '/v1/admin', base: '/v1', load: () => import('./admin.ts') },
];

const pages: Area = { path: '/', base: '/', load: () => import('./pages.ts') };

/** The area of a decoded path. */
export function areaOf(path: string): Area {
  const start = /^\/v1\/[^/]*|^\/[^/]*/.exec(path)?.[0];
  return areas.find((area) => area.path === start) ?? pages;
}

/** The page for a browser at an unknown address of any area. */
export const answerNotFoundPage: AnswerPage = async (c) => (await import('../pages/pages.tsx')).answerNotFoundPage(c);
