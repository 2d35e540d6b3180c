import { expect, test } from 'vitest';
import { call } from '../support/app.ts';
import { createJourney, createRider, gpxOf } from '../support/factories.ts';

const asJson = async (mediaType: string) => {
  const { token } = await createRider();
  const body = new TextEncoder().encode('{"name":"Ännchen"}');
  return call('PATCH', '/v1/me', { token, body, headers: { 'Content-Type': mediaType } });
};

test.each([
  'application/json',
  'Application/JSON',
  'application/json;charset=utf-8',
  'application/json; charset="UTF-8"',
  'application/json; charset=utf-16',
  'application/json; profile=x; q=1',
  'application/merge-patch+json',
])('the media type %s is read as JSON in UTF-8 [K14]', async (mediaType) => {
  const answer = await asJson(mediaType);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.json.name).toBe('Ännchen');
});

test.each([
  'json',
  'text/json',
  'application/jsonp',
  'application/json5',
  'application/x-ndjson',
  'application/+json',
  'application/json+xml',
  'application/json, application/json',
  'application/ json',
  'application/x-www-form-urlencoded',
  'text/plain; application/json',
  '*/*',
])('the media type %s answers 415 for a JSON body [K13, K14]', async (mediaType) => {
  const answer = await asJson(mediaType);
  expect(answer.status, answer.text).toBe(415);
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
});

test('a compressed file answers 415 [L3]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const body = new TextEncoder().encode(
    gpxOf([
      [1, 1],
      [2, 2],
    ]),
  );
  for (const encoding of ['gzip', 'br', 'deflate', 'identity, gzip', 'x']) {
    const headers = { 'Content-Type': 'application/gpx+xml', 'Content-Encoding': encoding };
    const answer = await call('POST', `/v1/journeys/${id}/imports?as=plan`, { token: rider.token, headers, body });
    expect(answer.status, encoding).toBe(415);
  }
});
