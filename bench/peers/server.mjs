// The peer of the Worker: a Fastify server that validates bodies, verifies the token, runs one statement with the owner
// in its WHERE clause, answers JSON and logs one line.
import { randomUUID } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import { openDatabase } from './database.mjs';
import { journeyColumns, markerColumns, toJourney, toMarker, toMe, toRoute } from './rows.mjs';
import { createTokens } from './tokens.mjs';

const query = openDatabase(process.env);
const tokens = await createTokens(process.env);

const app = Fastify({
  logger: true,
  logController: new LogController({ disableRequestLogging: true }),
  genReqId: () => randomUUID(),
});
app.addHook('onResponse', async (request, reply) => {
  request.log.info({ method: request.method, path: request.url, status: reply.statusCode, ms: reply.elapsedTime });
});
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, Object.fromEntries(new URLSearchParams(body))),
);

const refuse = (statusCode, message) => Object.assign(new Error(message), { statusCode });
const first = ([row]) => {
  if (!row) throw refuse(404, 'not found');
  return row;
};

app.decorateRequest('userId', '');
const onRequest = async (request) => {
  const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const claims = await tokens.verify(token).catch(() => {
    throw refuse(401, 'unauthorized');
  });
  request.userId = claims.sub;
};

app.get('/health', async () => ({ status: 'ok' }));
app.get('/.well-known/jwks.json', async () => tokens.jwks);

app.get('/v1/me', { onRequest }, async ({ userId }) =>
  toMe(
    first(
      await query(
        'select id, email, username, name, bio, country, is_adult, riders_near, privacy_zones, hidden_at, role, version, created_at, updated_at from users where id = $1',
        [userId],
      ),
    ),
  ),
);

app.get('/v1/journeys', { onRequest }, async ({ userId }) => {
  const rows = await query(
    `select ${journeyColumns} from journeys where owner_id = $1 order by created_at desc, id desc limit 51`,
    [userId],
  );
  return { items: rows.map(toJourney), next_cursor: null };
});

const params = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } };

app.get('/v1/journeys/:id', { onRequest, schema: { params } }, async ({ userId, params: { id } }) =>
  toJourney(first(await query(`select ${journeyColumns} from journeys where id = $1 and owner_id = $2`, [id, userId]))),
);

app.get('/v1/journeys/:id/markers', { onRequest, schema: { params } }, async ({ userId, params: { id } }) => {
  const rows = await query(
    `select ${markerColumns} from markers m join journeys j on j.id = m.journey_id
     where j.id = $1 and j.owner_id = $2 order by coalesce(m.at, 'infinity'), m.id limit 51`,
    [id, userId],
  );
  return { items: rows.map(toMarker), next_cursor: null };
});

app.get('/v1/journeys/:id/route', { onRequest, schema: { params } }, async ({ userId, params: { id } }, reply) => {
  const rows = await query(
    `select t.id, t.name, t.distance_m, t.ascent_m, ST_AsGeoJSON(ST_GeometryN(t.line, 1), 7) as geometry
     from tracks t join journeys j on j.id = t.journey_id
     where j.id = $1 and j.owner_id = $2 and t.kind = 'plan' order by t.ordinal`,
    [id, userId],
  );
  return reply.type('application/geo+json').send(toRoute(rows));
});

const journeyChanges = {
  type: 'object',
  additionalProperties: false,
  properties: { description: { type: 'string', maxLength: 10_000 } },
};
app.patch(
  '/v1/journeys/:id',
  { onRequest, schema: { params, body: journeyChanges } },
  async ({ userId, params: { id }, body: { description } }) =>
    toJourney(
      first(
        await query(
          `update journeys set description = coalesce($3, description), version = version + 1, updated_at = $4
           where id = $1 and owner_id = $2 returning ${journeyColumns}`,
          [id, userId, description, new Date()],
        ),
      ),
    ),
);

const newMarker = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'marker_type', 'coordinates'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    notes: { type: 'string', maxLength: 5_000 },
    marker_type: { enum: ['past', 'plan'] },
    coordinates: {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'coordinates'],
      properties: {
        type: { const: 'Point' },
        coordinates: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
      },
    },
    estimated_time: { type: 'string', format: 'date-time' },
  },
};
app.post(
  '/v1/journeys/:id/markers',
  { onRequest, schema: { params, body: newMarker } },
  async ({ userId, params: { id }, body }, reply) => {
    const [longitude, latitude] = body.coordinates.coordinates;
    const rows = await query(
      `insert into markers as m (id, journey_id, name, notes, marker_type, position, cell, at, created_at, updated_at)
       select $3, j.id, $4, $5, $6, ST_SetSRID(ST_MakePoint($7, $8), 4326)::geography, 0, $9, $10, $10
       from journeys j where j.id = $1 and j.owner_id = $2
       returning ${markerColumns}`,
      [
        id,
        userId,
        randomUUID(),
        body.name,
        body.notes ?? '',
        body.marker_type,
        longitude,
        latitude,
        body.estimated_time ?? null,
        new Date(),
      ],
    );
    return reply.code(201).send(toMarker(first(rows)));
  },
);

const tokenRequest = {
  type: 'object',
  required: ['grant_type', 'refresh_token'],
  properties: { grant_type: { const: 'refresh_token' }, refresh_token: { type: 'string', maxLength: 1_000 } },
};
app.post('/v1/auth/token', { schema: { body: tokenRequest } }, async ({ body: { refresh_token } }) => {
  const presented = tokens.readRefresh(refresh_token);
  if (!presented) throw refuse(400, 'invalid_grant');
  const [row] = await query(
    `update sessions s set counter = s.counter + 1, rotated_at = $3, last_used_at = $3 from users u
     where s.id = $1 and s.counter = $2 and u.id = s.user_id and s.revoked_at is null and s.expires_at > $3
       and u.disabled_at is null
     returning s.counter, s.user_id, u.role`,
    [presented.session, presented.counter, new Date()],
  );
  if (!row) throw refuse(400, 'invalid_grant');
  return await tokens.issue({ session: presented.session, counter: row.counter, userId: row.user_id, role: row.role });
});

await app.listen({ port: 0, host: '127.0.0.1' });
process.once('disconnect', () => process.exit());
process.send({ port: app.server.address().port });
