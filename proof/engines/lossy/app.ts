import { v7 as uuidv7 } from 'uuid';
import { type Answer, call, requestToken } from '../../../test/support/app.ts';
import { sql } from '../../../test/support/db.ts';
import { createJourney, createRider, type Rider } from '../../../test/support/factories.ts';
import { type Line, sendOver } from './line.ts';

/** A rider's app: the tokens it has had, the newest last, and the markers it has posted. */
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

/** As many as there may be of a web app's tabs; more than the parent's counted repeats. */
const burst = 15;
/** Tries again later are counted, and end the session after ten. */
const maxTries = 8;

/** A minute goes by for the session: copies that come now are not of the same moment. */
const wait = (app: App) =>
  sql`update sessions set rotated_at = rotated_at - interval '1 minute' where id = ${app.rider.sessionId}`;

/**
 * Renews the tokens, from several requests at once as the tokens have run out for all of them, and again until a reply
 * comes. All replies there are have to be the same child.
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

/** Posts some markers, alone or together, until a reply comes; now and then all of it once more. */
export async function postMarkers(app: App, { line, roll, complain }: World): Promise<void> {
  const markers = Array.from({ length: 1 + Math.floor(roll() * 4) }, newMarker);
  const [alone] = markers;
  const body = markers.length === 1 ? alone : { markers };
  const isAgain = roll() < 0.1;
  const { journeyId, accessToken: token } = app;
  const post = () => call('POST', `/v1/journeys/${journeyId}/markers`, { token, body });
  app.markerIds.push(...markers.map(({ id }) => id));
  for (let tries = 0, replies = 0; tries < maxTries && replies < (isAgain ? 2 : 1); tries += 1) {
    const { reply, all } = await sendOver(line, roll, post);
    if (reply) replies += 1;
    for (const { status, text } of all) if (status !== 201) complain('not posted', `${status} ${text}`);
  }
}

/** Whether the journey has each of the markers once, and no others. */
export async function checkMarkers(app: App, { complain }: World): Promise<void> {
  const rows = await sql`select id from markers where journey_id = ${app.journeyId}`;
  const there = new Set(rows.map(({ id }) => String(id)));
  const missing = app.markerIds.filter((id) => !there.has(id));
  if (missing.length > 0) complain('marker lost', `${missing.length} of ${app.markerIds.length}`);
  if (rows.length > app.markerIds.length) complain('marker doubled', `${rows.length} of ${app.markerIds.length}`);
}

/** Somebody else comes with a token two or more steps old: from then on nobody has the session. */
export async function replay(app: App, { roll, complain }: World): Promise<void> {
  const old = app.refreshTokens.slice(0, -2);
  const stolen = old[Math.floor(roll() * old.length)] ?? '';
  const told = `a token ${app.refreshTokens.length - 1 - app.refreshTokens.indexOf(stolen)} steps old`;
  const answer = await refreshWith(stolen);
  if (answer.status !== 400) complain('replay accepted', `${told}: ${answer.status} ${answer.text.slice(0, 100)}`);
  const own = await refreshWith(app.refreshTokens.at(-1) ?? '');
  if (own.status !== 400) complain('family lives on', `after ${told}: ${own.status}`);
  const { status } = await call('GET', '/v1/me', { token: app.accessToken });
  if (status !== 401) complain('access lives on', `after ${told}: ${status}`);
  const [session] = await sql`select revoked_because from sessions where id = ${app.rider.sessionId}`;
  const [entry] = await sql`
    select count(*)::int as count from audit where subject_id = ${app.rider.sessionId} and action = 'auth.refresh_reuse'`;
  if (session?.revoked_because !== 'reuse') complain('not revoked', `after ${told}`);
  if (entry?.count !== 1) complain('not written down', `${entry?.count} entries after ${told}`);
}

/** A session that nobody has replayed a token of is not over. */
export async function checkSession(app: App, { complain }: World): Promise<void> {
  const [session] = await sql`select revoked_at from sessions where id = ${app.rider.sessionId}`;
  if (session?.revoked_at !== null)
    complain('false logout', `the session is over after ${app.refreshTokens.length - 1}`);
}
