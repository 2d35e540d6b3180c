import { sql } from '../../../test/support/db.ts';
import type { Rider } from '../../../test/support/factories.ts';

export type Shown = {
  rider: Rider;
  journeyId: string;
  visibility: 'discoverable' | 'public';
};

/** What becomes of a rider, and which ways out must still show them to somebody who has met them. */
export type State = {
  name: string;
  begin: (shown: Shown, viewer: Rider) => Promise<unknown>;
  /** A search that finds journeys without a name. */
  inSearch: boolean;
  /** The name in a search, the journey's own addresses and the rider's list. Only of a public journey. */
  inPublic: boolean;
  /** A request to connect gets 201. */
  canBeAsked: boolean;
  profile: boolean;
};

const nowhere = { inSearch: false, inPublic: false, canBeAsked: false, profile: false };
const everywhere = { inSearch: true, inPublic: true, canBeAsked: true, profile: true };

async function must(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`a state could not begin: ${status} ${text}`);
}

export const ordinary: State = { name: 'ordinary', begin: async () => {}, ...everywhere };

export const states: readonly State[] = [
  ordinary,
  {
    name: 'who takes back to be an adult',
    begin: ({ rider }) => must(rider.patch('/v1/me', { adult: false })),
    ...nowhere,
  },
  { name: 'who hides', begin: ({ rider }) => must(rider.post('/v1/me/hide')), ...nowhere },
  {
    name: 'who becomes a guest',
    begin: ({ rider }) => sql`update users set role = 'guest' where id = ${rider.id}`,
    ...nowhere,
  },
  {
    name: 'who is disabled',
    begin: ({ rider }) => sql`update users set disabled_at = now() where id = ${rider.id}`,
    ...nowhere,
  },
  {
    name: 'whose account is too young',
    begin: ({ rider }) => sql`update users set created_at = now() + interval '1 hour' where id = ${rider.id}`,
    ...nowhere,
    inPublic: true,
    profile: true,
  },
  {
    name: 'who blocks the viewer',
    begin: ({ rider }, viewer) => must(rider.post('/v1/blocks', { named_by: 'user_id', user_id: viewer.id })),
    ...nowhere,
  },
  {
    name: 'whom the viewer blocks by id',
    begin: ({ rider }, viewer) => must(viewer.post('/v1/blocks', { named_by: 'user_id', user_id: rider.id })),
    ...everywhere,
    inPublic: false,
    profile: false,
  },
  {
    name: 'whom the viewer blocks by address',
    begin: ({ rider }, viewer) => must(viewer.post('/v1/blocks', { named_by: 'email', email: rider.email })),
    ...everywhere,
  },
  {
    name: 'who makes the journey private',
    begin: ({ rider, journeyId }) => must(rider.patch(`/v1/journeys/${journeyId}`, { visibility: 'private' })),
    ...nowhere,
    profile: true,
  },
  {
    name: 'who deletes the journey',
    begin: ({ rider, journeyId }) => must(rider.delete(`/v1/journeys/${journeyId}`)),
    ...nowhere,
    profile: true,
  },
  { name: 'who deletes the account', begin: ({ rider }) => must(rider.delete('/v1/me')), ...nowhere },
];
