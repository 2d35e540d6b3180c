import { z } from 'zod';
import type { Client, Sent } from './load.ts';
import { markerFields, type Rider } from './world.ts';

export type Riders = { reader: Rider; writer: Rider };
export type Call = { name: string; isRead: boolean; clients: (riders: Riders) => Client[] };

const as = ({ token }: Rider) => ({ Authorization: `Bearer ${token}` });
const json = { 'Content-Type': 'application/json' };

/** Every connection sends the same request. */
const read = (name: string, sent: (reader: Rider) => Sent): Call => ({
  name,
  isRead: true,
  clients: ({ reader, writer }) => {
    const same = sent(reader);
    return writer.journeyIds.map(() => ({ next: () => same }));
  },
});

/** Every connection writes to its own journey. */
const write = (name: string, sent: (writer: Rider, journeyId: string) => () => Sent): Call => ({
  name,
  isRead: false,
  clients: ({ writer }) => writer.journeyIds.map((journeyId) => ({ next: sent(writer, journeyId) })),
});

const get = (path: string, headers = {}): Sent => ({ method: 'GET', path, headers });
const journeyOf = ({ journeyIds: [id] }: Rider, rest = ''): string => `/v1/journeys/${id}${rest}`;

const Tokens = z.object({ refresh_token: z.string() });

const refresh: Call = {
  name: 'POST /v1/auth/token, refresh',
  isRead: false,
  clients: ({ writer }) =>
    writer.refreshTokens.map((first) => {
      let token = first;
      return {
        next: () => ({
          method: 'POST',
          path: '/v1/auth/token',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: `grant_type=refresh_token&refresh_token=${token}`,
        }),
        onAnswer: ({ text }) => {
          token = Tokens.parse(JSON.parse(text)).refresh_token;
        },
      };
    }),
};

/** The ten most common calls. */
export const calls: readonly Call[] = [
  read('GET /health', () => get('/health')),
  read('GET /.well-known/jwks.json', () => get('/.well-known/jwks.json')),
  read('GET /v1/me', (reader) => get('/v1/me', as(reader))),
  read('GET /v1/journeys', (reader) => get('/v1/journeys', as(reader))),
  read('GET /v1/journeys/{id}', (reader) => get(journeyOf(reader), as(reader))),
  read('GET /v1/journeys/{id}/markers', (reader) => get(journeyOf(reader, '/markers'), as(reader))),
  read('GET /v1/journeys/{id}/route', (reader) => get(journeyOf(reader, '/route'), as(reader))),
  write('PATCH /v1/journeys/{id}', (writer, id) => {
    let edits = 0;
    return () => {
      edits += 1;
      const body = JSON.stringify({ description: `Edited ${edits} times.` });
      return { method: 'PATCH', path: `/v1/journeys/${id}`, headers: { ...as(writer), ...json }, body };
    };
  }),
  write('POST /v1/journeys/{id}/markers', (writer, id) => {
    const body = JSON.stringify(markerFields);
    return () => ({ method: 'POST', path: `/v1/journeys/${id}/markers`, headers: { ...as(writer), ...json }, body });
  }),
  refresh,
];
