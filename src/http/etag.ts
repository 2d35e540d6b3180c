import type { RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type ExpectedVersions, preconditionFailed } from '../db/version.ts';
import type { HttpEnv } from './env.ts';
import { malformedEtag } from './errors.ts';
import { headerParameter, headersOf, type RouteExtras } from './route-extras.ts';

/** RFC 9110 section 8.8.3. `listOfTags` matches a list whose tags were replaced by newlines, which no header contains. */
const entityTag = /(?:W\/)?"[!#-~\x80-\xff]*"/g;
const listOfTags = /^[\t ,]*\n(?:[\t ]*,[\t ,]*\n)*[\t ,]*$/;

/** The tags of a condition, `*` for any, `undefined` without a condition. */
function tagsIn(header: string | undefined): readonly string[] | '*' | undefined {
  if (header === undefined || header === '*') return header;
  if (!listOfTags.test(header.replaceAll(entityTag, '\n'))) throw malformedEtag();
  return header.match(entityTag) ?? [];
}

/**
 * A strong ETag, because the version changes with every edit. Publishing a journey is no edit, but ends while a client may
 * hold a copy that says that it goes on, so that copy has a tag of its own.
 */
export const etag = ({ version, publishingSince }: { version: number; publishingSince?: Date | null }) => ({
  ETag: publishingSince ? `"${version}-publishing"` : `"${version}"`,
});

/** The versions at which `If-Match` allows a change. A weak or unknown tag becomes 0, which is no version. */
export function ifMatch(c: Context<HttpEnv>): ExpectedVersions {
  const tags = tagsIn(c.req.header('If-Match'));
  if (!tags || tags === '*') return;
  return tags.map((tag) => Number(/^"([1-9]\d{0,8})(?:-publishing)?"$/.exec(tag)?.[1] ?? 0));
}

/** Runs after the route has checked access, so a 304 reveals nothing that the caller may not see. */
const answerNotModified = createMiddleware<HttpEnv>(async (c, next) => {
  const known = tagsIn(c.req.header('If-None-Match'));
  await next();
  const tag = c.res.headers.get('ETag');
  if (!known || tag === null || c.res.status !== 200) return;
  if (known === '*' || known.some((one) => one.replace(/^W\//, '') === tag))
    c.res = new Response(null, { status: 304 });
});

const condition = (name: string, description: string) => headerParameter(name, { description, example: '"1"' });

const ifNoneMatch = condition(
  'If-None-Match',
  'The ETags that you have. If one of them is current, the status is 304.',
);
const ifMatchHeader = condition(
  'If-Match',
  'The ETags at which you allow the change. If none of them is current, the status is 412 and nothing changes.',
);

/** The middleware, headers and responses for the version of the resource that a route reads, changes or creates. */
export function versionsOf({ method, responses }: Pick<RouteConfig, 'method' | 'responses'>): RouteExtras {
  const common = { middleware: [], parameters: [], responseHeaders: ['ETag'], responses: {}, problems: [] } as const;
  if (method === 'get') {
    return {
      ...common,
      middleware: [answerNotModified],
      parameters: [ifNoneMatch],
      responses: { 304: { description: 'Your copy is current.', headers: headersOf('ETag') } },
      problems: [malformedEtag],
    };
  }
  if (responses[201]) return common;
  return { ...common, parameters: [ifMatchHeader], problems: [malformedEtag, preconditionFailed] };
}
