import { expect, test } from 'vitest';
import { anonymous, apiUrl } from '../../support/app.ts';
import { recordTrips } from './sign-up.ts';

const path = '/.well-known/oauth-authorization-server';

test('the OAuth metadata names the issuer and its endpoints, but not the password grant [B15]', async () => {
  const { status, json, headers } = await anonymous().get(path);
  expect(status).toBe(200);
  expect(json).toEqual({
    issuer: apiUrl,
    token_endpoint: `${apiUrl}/v1/auth/token`,
    jwks_uri: `${apiUrl}/.well-known/jwks.json`,
    scopes_supported: [
      'profile:read',
      'profile:write',
      'journeys:read',
      'journeys:write',
      'discovery:read',
      'account:manage',
      'admin:manage',
    ],
    response_types_supported: [],
    grant_types_supported: ['refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    service_documentation: `${apiUrl}/docs`,
  });
  expect(headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(headers.get('Cache-Control')).toBe('public, max-age=3600');
});

test('every address in the OAuth metadata answers without a round trip to the database', async () => {
  const trips = await recordTrips(async () => {
    const { json } = await anonymous().get(path);
    expect((await anonymous().get(new URL(json.jwks_uri).pathname)).status).toBe(200);
    expect((await anonymous().get(new URL(json.service_documentation).pathname)).status).toBe(200);
    expect((await anonymous().post(new URL(json.token_endpoint).pathname, {})).status).toBe(415);
  });
  expect(trips).toEqual([]);
});

test('the issuer in the OAuth metadata is the configured address, whatever host the request names [O14]', async () => {
  const { json } = await anonymous().get(path, { headers: { 'X-Forwarded-Host': 'evil.example' } });
  expect(json.issuer).toBe(apiUrl);
});
