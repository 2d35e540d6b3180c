import { attackDefects } from './attack-defects.ts';
import type { Defect } from './defect.ts';

/** Defects by the engine that must find them. `--control` injects one after the other. */
export const defects: Readonly<Record<string, Defect>> = {
  'fuzz: no NUL check': {
    file: 'src/http/text.ts',
    find: `value.isWellFormed() && !value.includes('\\0') ? undefined`,
    replace: 'value.isWellFormed() ? undefined',
  },
  'fuzz: a handler that throws on an odd value': {
    file: 'src/http/values.ts',
    find: 'if (box.success && box.data[1] <= box.data[3]) return box.data;',
    replace: 'return box.data as [number, number, number, number];',
  },
  'fuzz: a field that the schema does not have': {
    file: 'src/features/journeys/journey.schemas.ts',
    find: 'starts_on: row.startsOn,\n  daily_distance_m: row.dailyDistanceM,',
    replace: 'starts_on: row.startsOn,\n  created_by: row.ownerId,\n  daily_distance_m: row.dailyDistanceM,',
  },
  'fuzz: a status that is not declared': {
    file: 'src/features/journeys/journey.errors.ts',
    find: `'not_found',\n  'journeys.not_found'`,
    replace: `'precondition_failed',\n  'journeys.not_found'`,
  },
  'fuzz: a problem with internal details': {
    file: 'src/http/router.ts',
    find: 'throw invalidInput({ errors',
    replace: 'throw invalidInput({ message: String(new Error().stack), errors',
  },
  'fuzz: a status without the security headers': {
    file: 'src/http/headers.ts',
    find: 'const { headers } = c.res;',
    replace: 'const { headers } = c.res.status === 415 ? new Response() : c.res;',
  },
  'fuzz: a body with GET is read': [
    {
      file: 'src/http/router.ts',
      find: 'mayCarryBody(rest.method) ? checkBody(bodies, { isIgnored }) : []',
      replace: 'checkBody(bodies, { isIgnored })',
    },
    {
      file: 'src/http/body.ts',
      find: 'if (!mayCarryBody(c.req.method)) return await next();',
      replace: '',
    },
  ],
  'fuzz: the first of two cookies counts': {
    file: 'src/http/token-cookies.ts',
    find: 'if (others.length > 0) throw invalidToken();',
    replace: '',
  },

  'matrix: a read without its owner': {
    file: 'src/features/journeys/journey.repository.ts',
    find: '.where(and(eq(journeys.id, id), isVisibleTo({ viewerId, viewedAs }))),',
    replace: '.where(eq(journeys.id, id)),',
  },
  'matrix: a write without its owner': {
    file: 'src/features/api-keys/api-key.repository.ts',
    find: 'eq(apiKeys.id, id), eq(apiKeys.userId, userId)',
    replace: 'eq(apiKeys.id, id)',
  },
  'matrix: a scope that is not checked': {
    file: 'src/context.ts',
    find: 'if (!ctx.actor.scopes.includes(scope)) throw scopeMissing();',
    replace: `if (scope !== 'journeys:write' && !ctx.actor.scopes.includes(scope)) throw scopeMissing();`,
  },
  'matrix: a guest can write': {
    file: 'src/context.ts',
    find: `guest: ['profile:read',`,
    replace: `guest: ['profile:read', 'journeys:write',`,
  },
  'matrix: a revoked session that reads': {
    file: 'src/http/authenticate.ts',
    find: 'requireCurrentRole(await readRole(), scopes);',
    replace: 'void readRole;',
  },
  "matrix: another's journey is a 403, an unknown one a 404": {
    file: 'src/features/journeys/journey.service.ts',
    find: 'viewedAs, now: ctx.now().toISOString() });\n  if (!journey) throw journeyNotFound();',
    replace: `viewedAs, now: ctx.now().toISOString() });
  if (!journey) {
    const { rowCount } = await ctx.db.execute(\`select from journeys where id = '\${id}'\`);
    throw Object.assign(journeyNotFound(), rowCount ? { status: 403 } : {});
  }`,
  },
  "matrix: another's marker answers otherwise than an unknown one": [
    {
      file: 'src/features/markers/marker.repository.ts',
      find: 'import { type MarkerRow, type MarkerWithPosition, markers',
      replace:
        "import { tooManyMarkers } from './marker.errors.ts';\nimport { type MarkerRow, type MarkerWithPosition, markers",
    },
    {
      file: 'src/features/markers/marker.repository.ts',
      find: 'await selectOwnMarker(db, values);\n  return row;',
      replace: `await selectOwnMarker(db, values);
  const { rowCount } = await db.execute(sql\`select from markers where id = \${values.id}\`);
  if (!row && rowCount) throw tooManyMarkers();
  return row;`,
    },
  ],

  'faults: a session that cannot be checked counts as valid': {
    file: 'src/http/authenticate.ts',
    find: 'requireCurrentRole(await readRole(), scopes);',
    replace: "requireCurrentRole(await readRole().catch(() => 'user' as const), scopes);",
  },
  'faults: the password is not checked if the database fails': {
    file: 'src/features/auth/password.service.ts',
    find: '  const {\n    attempt: { rows: counts },\n    credentials: [credentials],\n  } = await commit(ctx, {\n    writes: {\n      attempt: recordAttempt(ctx, { userId, sessionId }),\n      credentials: selectCredentials(ctx.db, userId),\n    },\n  });',
    replace:
      '  const credentials = (await selectCredentials(ctx.db, userId))[0];\n  const counts = await recordAttempt(ctx, { userId, sessionId }).then(({ rows }) => rows).catch(() => []);\n  if (credentials && counts.length === 0) return { user: { id: userId, ...credentials }, counts, newHash: credentials.passwordHash ?? "" };',
  },
  "faults: the response contains the driver's error": {
    file: 'src/http/problem.ts',
    find: 'return isUnavailable(error) ? unavailable : internal;',
    replace: 'return isUnavailable(error) ? { ...unavailable, detail: String(error) } : internal;',
  },
  'faults: the audit is written in a second commit': {
    file: 'src/features/api-keys/api-key.service.ts',
    find: "    writes: { key: deleteKey(ctx.db, id), audit: recordAudit(ctx, 'api_keys.delete', { subjectId: id }) },\n  });",
    replace:
      "    writes: { key: deleteKey(ctx.db, id) },\n  });\n  await commit(ctx, { writes: { audit: recordAudit(ctx, 'api_keys.delete', { subjectId: id }) } });",
  },
  'faults: a deletion is acknowledged before it is committed': {
    file: 'src/features/journeys/journey.service.ts',
    find: `  await commit(ctx, {
    guards: [requireOwnJourney(ctx, id), ...requireVersion(journeys, id, expected)],
    writes: { journey: deleteJourney(ctx.db, id, userId) },
  });`,
    replace: `  ctx.defer(async (later) => {
    await commit(later, {
      guards: [requireOwnJourney(ctx, id), ...requireVersion(journeys, id, expected)],
      writes: { journey: deleteJourney(later.db, id, userId) },
    });
  });`,
  },
  'faults: a repeated request with its key is carried out again': {
    file: 'src/features/idempotency/idempotency-key.writes.ts',
    find: 'keyHash: keyHashOf(secret, userId, request.key),',
    replace: 'keyHash: keyHashOf(secret, userId, crypto.randomUUID()),',
  },
  'faults: a mail that fails fails the login': {
    file: 'src/features/sessions/session.service.ts',
    find: '  if (queued > 0) deliverMails(ctx, [mail.id]);',
    replace: `  if (queued > 0) {\n    const answer = await fetch(\`\${ctx.config.mail.baseUrl}/emails\`, { method: 'POST', headers: { Authorization: 'Bearer x' }, body: JSON.stringify({ from: ctx.config.mail.from, to: email, subject: 'New', text: 'New' }) });\n    if (!answer.ok) throw new Error('no mail');\n  }`,
  },
  'faults: a mail counts as sent before it is': {
    file: 'src/features/mail/mail.service.ts',
    find: '    await send(ctx, id, mail);\n',
    replace: '    await markSent(ctx.db, id, ctx.now());\n    await send(ctx, id, mail);\n',
  },
  'faults: the mail provider gets no idempotency key': {
    file: 'src/features/mail/mail.service.ts',
    find: '{ idempotencyKey: id }',
    replace: '{}',
  },
  'faults: an incomplete reply of the database answers 500': {
    file: 'src/http/problem.ts',
    find: "((error.name === 'NeonDbError' && (!('code' in error && error.code) || transientFault.test(String(error.code)))) ||",
    replace: "((error.name === 'NeonDbError' && 'code' in error && transientFault.test(String(error.code))) ||",
  },

  'lossy: a repeated use of the previous token ends the session': {
    file: 'src/features/sessions/session.repository.ts',
    find: `const isAccepted = sql\`(\${isNewest} or \${isParent})\`;`,
    replace: 'const isAccepted = isNewest;',
  },
  'lossy: a token two steps old is accepted': {
    file: 'src/features/sessions/session.repository.ts',
    find: `sql\`(\${sessions.counter} = \${token.counter + 1} and`,
    replace: `sql\`(\${sessions.counter} between \${token.counter + 1} and \${token.counter + 2} and`,
  },
  'lossy: simultaneous copies of a refresh are counted as reuse': {
    file: 'src/features/sessions/session.rules.ts',
    find: 'export const uncountedReuseSeconds = 10;',
    replace: 'export const uncountedReuseSeconds = -10;',
  },
  'lossy: reuse of an old token does not end the session': {
    file: 'src/features/sessions/session.repository.ts',
    find: `revokedAt: sql\`case when \${isAccepted} then null else \${at} end\`,`,
    replace: 'revokedAt: null,',
  },
  'lossy: markers lose the ids chosen by the app': {
    file: 'src/features/markers/marker.service.ts',
    find: '  const drafts = input.map((draft) => ({ ...draft, id: draft.id ?? ctx.newId() }));',
    replace: '  const drafts = input.map((draft) => ({ ...draft, id: ctx.newId() }));',
  },

  'races: a used code stays valid': {
    file: 'src/features/oauth/sign-in.service.ts',
    find: '    writesAfter: (sessionId) => [useCode(ctx.db, code.codeHash, sessionId, ctx.now())],\n',
    replace: '',
  },
  'races: simultaneous searches do not lock the riders they show': [
    { sqlFunction: 'record_viewings', find: 'ORDER BY u.id FOR NO KEY UPDATE', replace: 'ORDER BY u.id' },
  ],
  'races: a repeat does not wait for the first': {
    file: 'src/db/commit.ts',
    find: '[...checks(first), ...key, ...checks(second)]',
    replace: '[...checks(first), ...checks(second)]',
  },

  'limits: a zone cuts all lines in its commit': {
    file: 'src/features/presence/publishing.rules.ts',
    find: 'inCommit: 100_000,',
    replace: 'inCommit: 1e12,',
  },
  'limits: any number of visible journeys': {
    file: 'src/features/usage/usage.guards.ts',
    find: 'max: max.visibleJourneys',
    replace: 'max: 1_000',
  },
  'crowding: each journey has a chance of its own': [
    { sqlFunction: 'candidates_within', find: 'PARTITION BY o.group_key', replace: 'PARTITION BY n.no' },
    {
      sqlFunction: 'riders_within',
      find: 'array_positions(groups, candidate.group_key)',
      replace: 'array_positions(numbers, candidate.no)',
    },
  ],
  'shown: minors and hidden riders in searches': [
    { sqlFunction: 'may_be_shown', find: 'u.takes_part AND ', replace: '' },
  ],
  'shown: public journeys of minors and hidden riders': [
    {
      sqlFunction: 'audience_of',
      find: 'u.id = journey.owner_id AND u.takes_part',
      replace: 'u.id = journey.owner_id',
    },
  ],
  'shown: a block that hides nobody': [
    { sqlFunction: 'may_be_shown', find: 'b.blocker_id = u.id AND b.blocked_id = viewer', replace: 'false' },
  ],
  'shown: riders without a country are lost': [
    { sqlFunction: 'may_be_shown', find: 'u.takes_part AND ', replace: 'u.takes_part AND u.country IS NOT NULL AND ' },
  ],
  'files: a longitude of 180': {
    file: 'src/features/transfer/formats/write-gpx.ts',
    find: `east === '180' ? '-180' : east`,
    replace: 'east',
  },
  'files: characters that XML cannot hold': {
    file: 'src/features/transfer/formats/write-gpx.ts',
    find: `text.replaceAll(unwritable, '')`,
    replace: 'text',
  },
  'files: no elevations': {
    file: 'src/features/transfer/formats/write-gpx.ts',
    find: 'if (dimensions === 3) piece',
    replace: 'if (dimensions > 3) piece',
  },
  'files: each part of a line has the times of the first': {
    file: 'src/features/tracks/whole-line.service.ts',
    find: '    from = to;',
    replace: '',
  },
  'files: a line that crosses the antimeridian goes around the globe': {
    file: 'src/lib/antimeridian.ts',
    find: 'if (Math.abs(end - start) <= 180) continue;',
    replace: 'if (Math.abs(end - start) <= 360) continue;',
  },
  'files: each point has what sensors measured at the point before': {
    file: 'src/features/transfer/formats/write-gpx.ts',
    find: 'column?.[index]',
    replace: 'column?.[index - 1]',
  },
  ...attackDefects,
};
