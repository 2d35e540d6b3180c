import { v7 as uuidv7 } from 'uuid';
import { type Answer, call, requestToken } from '../../../test/support/app.ts';
import { sql } from '../../../test/support/db.ts';
import { createJourney, createRider, type Rider } from '../../../test/support/factories.ts';
import { type Line, sendOver } from './line.ts';

/** The app of a rider, with all refresh tokens so far, the newest last, and the posted markers. */
export type App = {
  rider: Rider;
  journeyId: string;
  refreshTokens: string[];
  accessToken: string;
  markerIds: string[];
};

export type World = { line: Line; roll: () => number; complain: (kind: string, detail: string) => void };

export async function install(): Promise<App> {
  const rider = await createRider();
  const { id: journeyId } = await createJourney(rider);
  return { rider, journeyId, refreshTokens: [rider.refreshToken], accessToken: rider.token, markerIds: [] };
}

const refreshWith = (token: string): Promise<Answer> =>
  requestToken({ grant_type: 'refresh_token', refresh_token: token });

/** Simultaneous refreshes, as from many tabs of a web app: more than the session's limit of counted repeats. */
const burst = 15;
/** Later retries are counted, and the tenth ends the session. */
const maxTries = 8;

/** Makes the last refresh a minute older, so that further copies are no longer simultaneous. */
const wait = (app: App) =>
  sql`update sessions set rotated_at = rotated_at - interval '1 minute' where id = ${app.rider.sessionId}`;

/**
 * Refreshes the tokens, at first with several requests at once, since all of them find the token expired. Retries until
 * a reply arrives. All replies must contain the same child token.
 */
export async function refresh(app: App, { line, roll, complain }: World): Promise<void> {
  const token = app.refreshTokens.at(-1) ?? '';
  const children = new Set<string>();
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0 && roll() < 0.5) await wait(app);
    const isBurst = tries === 0 && roll() < 0.05;
    const copies = isBurst ? burst : tries === 0 ? 1 + Math.floor(roll() * 3) : 1;
    const outcomes = await Promise.all(
      Array.from({ length: copies }, () => sendOver(line, roll, () => refreshWith(token))),
    );
    for (const { status, text, json } of outcomes.flatMap(({ all }) => all)) {
      if (status === 200) children.add(json.refresh_token);
      else complain('false logout', `refresh ${app.refreshTokens.length}, try ${tries + 1}: ${status} ${text}`);
    }
    const reply = outcomes.find(({ reply: each }) => each?.status === 200)?.reply;
    if (children.size > 1) complain('two children', `${children.size} of one token`);
    if (!reply) continue;
    app.refreshTokens.push(reply.json.refresh_token);
    app.accessToken = reply.json.access_token;
    return;
  }
}

const newMarker = () => ({
  id: uuidv7(),
  name: 'Camp',
  marker_type: 'past',
  coordinates: { type: 'Point', coordinates: [16.37, 48.2] },
});

/** Posts one or several markers until a reply arrives, and sometimes posts all of them again. */
export async function postMarkers(app: App, { line, roll, complain }: World): Promise<void> {
  const markers = Array.from({ length: 1 + Math.floor(roll() * 4) }, newMarker);
  const [alone] = markers;
  const [path, body] = markers.length === 1 ? ['markers', alone] : ['markers/batch', { markers }];
  const isAgain = roll() < 0.1;
  const { journeyId, accessToken: token } = app;
  const post = () => call('POST', `/v1/journeys/${journeyId}/${path}`, { token, body });
  app.markerIds.push(...markers.map(({ id }) => id));
  for (let tries = 0, replies = 0; tries < maxTries && replies < (isAgain ? 2 : 1); tries += 1) {
    const { reply, all } = await sendOver(line, roll, post);
    if (reply) replies += 1;
    for (const { status, text } of all) if (status !== 201) complain('not posted', `${status} ${text}`);
  }
}

/** Checks that the journey has each of the markers once, and no others. */
export async function checkMarkers(app: App, { complain }: World): Promise<void> {
  const rows = await sql`select id from markers where journey_id = ${app.journeyId}`;
  const stored = new Set(rows.map(({ id }) => String(id)));
  const missing = app.markerIds.filter((id) => !stored.has(id));
  if (missing.length > 0) complain('marker lost', `${missing.length} of ${app.markerIds.length}`);
  if (rows.length > app.markerIds.length) complain('marker doubled', `${rows.length} of ${app.markerIds.length}`);
}

/** A thief uses a token that is two or more steps old: from then on the session is over for everybody. */
export async function replay(app: App, { roll, complain }: World): Promise<void> {
  const old = app.refreshTokens.slice(0, -2);
  const stolen = old[Math.floor(roll() * old.length)] ?? '';
  const age = `a token ${app.refreshTokens.length - 1 - app.refreshTokens.indexOf(stolen)} steps old`;
  const answer = await refreshWith(stolen);
  if (answer.status !== 400) complain('replay accepted', `${age}: ${answer.status} ${answer.text.slice(0, 100)}`);
  const own = await refreshWith(app.refreshTokens.at(-1) ?? '');
  if (own.status !== 400) complain('session not ended', `after ${age}: ${own.status}`);
  const { status } = await call('GET', '/v1/me', { token: app.accessToken });
  if (status !== 401) complain('access token still valid', `after ${age}: ${status}`);
  const [session] = await sql`select revoked_because from sessions where id = ${app.rider.sessionId}`;
  const [entry] = await sql`
    select count(*)::int as count from audit where subject_id = ${app.rider.sessionId} and action = 'auth.refresh_reuse'`;
  if (session?.revoked_because !== 'reuse') complain('not revoked', `after ${age}`);
  if (entry?.count !== 1) complain('not audited', `${entry?.count} entries after ${age}`);
}

/** Checks that a session without a replayed token is still alive. */
export async function checkSession(app: App, { complain }: World): Promise<void> {
  const [session] = await sql`select revoked_at from sessions where id = ${app.rider.sessionId}`;
  if (session?.revoked_at !== null)
    complain('false logout', `the session is over after ${app.refreshTokens.length - 1} refreshes`);
}
