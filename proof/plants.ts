import type { Plant } from './plant.ts';

/** Defects that an engine must find, by the engine that finds them: each is built in once with `--control`. */
export const plants: Readonly<Record<string, Plant>> = {
  'faults: a session that cannot be looked up is taken for alive': {
    file: 'src/http/authenticate.ts',
    find: '  requireRole(await role, c.var.needed);',
    replace: '  requireRole(await role.catch(() => actor.role), c.var.needed);',
  },
  'faults: the password is not looked at where the database fails': {
    file: 'src/features/auth/password.service.ts',
    find: '  const [{ rows: counted }, [user]] = await ctx.db.batch([\n    attemptCount(ctx, { userId, sessionId }),\n    selectCredentials(ctx.db, userId),\n  ]);',
    replace:
      '  const user = (await selectCredentials(ctx.db, userId))[0];\n  const counted = await attemptCount(ctx, { userId, sessionId }).then(({ rows }) => rows).catch(() => []);\n  if (user && counted.length === 0) return { user, counted, isUnchanged: { condition: hashUnchanged(userId, user.passwordHash ?? ""), error: wrongPassword() } };',
  },
  'faults: the answer says what the driver says': {
    file: 'src/http/problem.ts',
    find: 'return isUnavailable(error) ? unavailable : internal;',
    replace: 'return isUnavailable(error) ? { ...unavailable, detail: String(error) } : internal;',
  },
  'faults: the audit is written in a second commit': {
    file: 'src/features/api-keys/api-key.service.ts',
    find: "    statements: [deleteKey(ctx.db, id), auditEntry(ctx, 'api_keys.delete', { subjectId: id })],\n  });",
    replace:
      "    statements: [deleteKey(ctx.db, id)],\n  });\n  await commit(ctx, { statements: [auditEntry(ctx, 'api_keys.delete', { subjectId: id })] });",
  },
  'faults: a deletion is acknowledged before it is committed': {
    file: 'src/features/journeys/journey.service.ts',
    find: '  await commit(ctx, { guards: [journeyOwned(id, userId)], statements: [deleteJourney(ctx.db, id, userId)] });',
    replace:
      '  ctx.defer(async () => {\n    await commit(ctx, { guards: [journeyOwned(id, userId)], statements: [deleteJourney(ctx.db, id, userId)] });\n  });',
  },
  'faults: a journey does not keep the id that the app gave it': {
    file: 'src/features/journeys/journey.service.ts',
    find: '  const id = input.id ?? ctx.newId();',
    replace: '  const id = ctx.newId();',
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
  'faults: the provider cannot tell a mail sent again': {
    file: 'src/features/mail/mail.service.ts',
    find: '{ idempotencyKey: id }',
    replace: '{}',
  },
  'faults: a reply cut short is an error of ours': {
    file: 'src/http/problem.ts',
    find: "((error.name === 'NeonDbError' && (!('code' in error && error.code) || passing.test(String(error.code)))) ||",
    replace: "((error.name === 'NeonDbError' && 'code' in error && passing.test(String(error.code))) ||",
  },

  'lossy: a parent that comes again ends the session': {
    file: 'src/features/sessions/session.repository.ts',
    find: `const isAccepted = sql\`(\${isNewest} or \${isParent})\`;`,
    replace: 'const isAccepted = isNewest;',
  },
  'lossy: a grandparent is let through': {
    file: 'src/features/sessions/session.repository.ts',
    find: `sql\`(\${sessions.counter} = \${token.counter + 1} and`,
    replace: `sql\`(\${sessions.counter} between \${token.counter + 1} and \${token.counter + 2} and`,
  },
  'lossy: copies of the same moment are counted': {
    file: 'src/features/sessions/session.rules.ts',
    find: 'export const uncountedReuseSeconds = 10;',
    replace: 'export const uncountedReuseSeconds = -10;',
  },
  'lossy: a replay goes unpunished': {
    file: 'src/features/sessions/session.repository.ts',
    find: `revokedAt: sql\`case when \${isAccepted} then null else \${at} end\`,`,
    replace: 'revokedAt: null,',
  },
  'lossy: markers do not keep the ids that the app gave them': {
    file: 'src/features/markers/marker.service.ts',
    find: '  const drafts = input.map((draft) => ({ ...draft, id: draft.id ?? ctx.newId() }));',
    replace: '  const drafts = input.map((draft) => ({ ...draft, id: ctx.newId() }));',
  },
};
