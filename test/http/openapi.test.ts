import { expect, test } from 'vitest';
import checkedIn from '../../openapi.json';
import { call } from '../support/app.ts';

test('the served OpenAPI document equals the checked-in one, which `npm run generate` writes', async () => {
  const { status, json, headers } = await call('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(json.openapi).toMatch(/^3\.1\.\d$/);
  expect(json).toEqual(checkedIn);
});
