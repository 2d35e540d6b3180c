import { expect, test } from 'vitest';
import { type FieldAudience, shownFields } from '../../../src/features/audience/fields.rules.ts';
import { call } from '../../support/app.ts';
import { createRider } from '../../support/factories.ts';
import { createConnection } from '../connections/connected.ts';
import { pathOf } from '../journeys/journeys.ts';
import { gpx, importFile, track } from '../tracks/lines.ts';

type Schema = {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  discriminator?: { propertyName: string; mapping: Record<string, string> };
};
type Schemas = Readonly<Record<string, Schema>>;

const nameOf = ($ref: string): string => $ref.replace('#/components/schemas/', '');

/** The fields of an answer that are neither null nor empty, as `Schema.field`. */
function fieldsIn(schemas: Schemas, schema: Schema, value: unknown, name = ''): string[] {
  if (value === null || value === undefined) return [];
  if (schema.$ref) return fieldsIn(schemas, schemas[nameOf(schema.$ref)] ?? {}, value, nameOf(schema.$ref));
  if (schema.discriminator) {
    const { propertyName, mapping } = schema.discriminator;
    return fieldsIn(schemas, { $ref: mapping[Object(value)[propertyName]] ?? '' }, value);
  }
  if (Array.isArray(value)) return value.flatMap((item) => fieldsIn(schemas, schema.items ?? {}, item));
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? [])];
  const own = Object.entries(schema.properties ?? {}).flatMap(([field, inner]) => {
    const found = Object(value)[field];
    return found === null || found === undefined ? [] : [`${name}.${field}`, ...fieldsIn(schemas, inner, found)];
  });
  return [...own, ...parts.flatMap((part) => fieldsIn(schemas, part, value))];
}

const unlisted = (fields: readonly string[], audience: FieldAudience): string[] =>
  [...new Set(fields)].filter((field) => {
    const [schema = '', name = ''] = field.split('.');
    return shownFields[schema]?.[name]?.[audience] === undefined;
  });

const schemasOf = async (): Promise<Schemas> => (await call('GET', '/openapi.json')).json.components.schemas;

/** Ben's journey with a plan, a ride that is old enough and a marker. Anna is connected by it. */
async function createScene() {
  const scene = await createConnection();
  const at = (n: number) => new Date(Date.now() - (400 - n) * 60_000).toISOString();
  const ride = Array.from({ length: 300 }, (_, n) => [110 + n / 60, -72, 100, at(n)] as const);
  await importFile(scene.ben, scene.id, gpx(track([ride.map(([...fix]) => fix)])), 'past');
  return scene;
}

test('each audience gets only the fields that the table of audiences lists for it', async () => {
  const schemas = await schemasOf();
  const { anna, ben, id, connection, annaJourneyPath } = await createScene();
  const seenAs = async (audience: string) => (await ben.get(`${pathOf(id)}/seen-as?audience=${audience}`)).json;
  const check = (audience: FieldAudience, schema: string, value: unknown, least: number) => {
    const fields = fieldsIn(schemas, { $ref: `#/components/schemas/${schema}` }, value);
    expect(new Set(fields).size, `${audience} gets ${schema}`).toBeGreaterThanOrEqual(least);
    expect(unlisted(fields, audience), `${audience} gets ${schema}`).toEqual([]);
  };

  await ben.patch(pathOf(id), { visibility: 'public' });
  for (const audience of ['rider', 'connection', 'exact'] as const) {
    const { journey, plan, ridden, days, itinerary } = await seenAs(audience);
    check(audience, 'VisibleJourney', journey, 7);
    check(audience, 'JourneyRoute', plan, 7);
    check(audience, 'JourneyRoute', ridden, audience === 'exact' ? 7 : 2);
    check(audience, 'Itinerary', itinerary, 4);
    for (const day of days ?? []) check(audience, 'PlannedDay', day, 6);
  }
  for (const [audience, rider] of [
    ['rider', await createRider()],
    ['connection', anna],
  ] as const)
    check(audience, 'JourneyExport', (await rider.get(`${pathOf(id)}/export.geojson`)).json, 8);
  await ben.patch(connection, { exact: true });
  check('exact', 'JourneyExport', (await anna.get(`${pathOf(id)}/export.geojson`)).json, 8);
  check('nearby', 'Itinerary', (await seenAs('rider')).nearby, 4);
  await ben.patch(pathOf(id), { visibility: 'discoverable' });
  for (const connection of (await anna.get('/v1/connections')).json.items)
    check('connection', 'Connection', connection, 9);
  for (const encounter of (await anna.get(`${annaJourneyPath}/nearby`)).json.items)
    check('connection', 'Encounter', encounter, 9);
});

test('a field that the table does not list for an audience is found', async () => {
  const schemas = await schemasOf();
  const line = { name: 'From home', distance_m: 1, ascent_m: null };
  const fields = fieldsIn(schemas, { $ref: '#/components/schemas/RouteLineProperties' }, line);
  expect(unlisted(fields, 'exact')).toEqual(['RouteLineProperties.name']);
  expect(unlisted(['ConnectedRider.email', 'ConnectedRider.name'], 'asked')).toEqual(['ConnectedRider.email']);
});
