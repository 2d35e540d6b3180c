import { expect, test } from 'vitest';
import checkedIn from '../../openapi.json';
import { call } from '../support/app.ts';

test('the document that is served is the one that is checked in; `npm run openapi` writes it', async () => {
  const { status, json, headers } = await call('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(json.openapi).toMatch(/^3\.1\.\d$/);
  expect(json).toEqual(checkedIn);
});
