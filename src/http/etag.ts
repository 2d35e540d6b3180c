import { type RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Expected } from '../db/version.ts';
import { defineError } from '../errors.ts';
import type { HttpEnv } from './env.ts';
import type { Extra } from './extra.ts';
import { described } from './problem.ts';

const malformedEtag = defineError(
  'bad_request',
  'http.malformed_etag',
  'If-Match and If-None-Match want * or a list of entity tags in quotes.',
);

/** RFC 9110 section 8.8.3. Once each tag of a list is one quote, no other quote stands in it. */
const entityTag = /(?:W\/)?"[!#-~\x80-\xff]*"/g;
const listOfTags = /^[\t ,]*"(?:[\t ]*,[\t ,]*")*[\t ,]*$/;

/** The tags that a condition names; `undefined` where there is none, or where anything will do. */
function tagsIn(header: string | undefined): readonly string[] | '*' | undefined {
  if (header === undefined || header === '*') return header;
  if (!listOfTags.test(header.replaceAll(entityTag, '"'))) throw malformedEtag();
  return header.match(entityTag) ?? [];
}

/** Strong: the version changes with every edit. */
export const etag = ({ version }: { version: number }) => ({ ETag: `"${version}"` });

/** The versions that `If-Match` allows a change at. A weak tag matches nothing, and neither does one that is not ours. */
export function ifMatch(c: Context<HttpEnv>): Expected {
  const tags = tagsIn(c.req.header('If-Match'));
  if (!tags || tags === '*') return;
  return tags.map((tag) => Number(/^"([1-9]\d{0,8})"$/.exec(tag)?.[1] ?? 0));
}

/** Whether the caller may see it has been said by then: a condition never is an answer of its own. */
const answerNotModified = createMiddleware<HttpEnv>(async (c, next) => {
  const known = tagsIn(c.req.header('If-None-Match'));
  await next();
  const tag = c.res.headers.get('ETag');
  if (!known || tag === null || c.res.status !== 200) return;
  if (known === '*' || known.some((one) => one.replace(/^W\//, '') === tag))
    c.res = new Response(null, { status: 304 });
});

const tag = { description: 'The `version`, in quotes.', schema: { type: 'string' as const, example: '"1"' } };
const condition = (description: string) => z.string().optional().openapi({ description, example: '"1"' });

const ifNoneMatch = condition('The ETags that one has: where one of them is current, the answer is 304.');
const ifMatchHeader = condition('The ETags at which the change may be made: where none of them is current, it is not.');

/** What a route does and declares about the version of what it reads, changes or creates. */
export function versionsOf({ method, responses }: Pick<RouteConfig, 'method' | 'responses'>): Extra {
  const answerHeaders = { ETag: tag };
  if (method === 'get') {
    const notModified = { description: 'It is as you have it.', headers: { ETag: tag } };
    const headers = { 'If-None-Match': ifNoneMatch };
    return { middleware: [answerNotModified], headers, answerHeaders, answers: { 304: notModified } };
  }
  if (responses[201]) return { middleware: [], headers: {}, answerHeaders, answers: {} };
  const changed = described('It was changed meanwhile: it is at no version that `If-Match` names.');
  return { middleware: [], headers: { 'If-Match': ifMatchHeader }, answerHeaders, answers: { 412: changed } };
}
