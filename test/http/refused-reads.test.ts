import { expect, test, vi } from 'vitest';
import { createRider } from '../support/factories.ts';
import { appWith, refusing } from './app-with.ts';

test('a read over the rate limit makes no round trip to the database', async () => {
  const { token } = await createRider();
  const requests = vi.spyOn(globalThis, 'fetch');
  expect((await appWith({ LIMIT_API: refusing })('GET', '/v1/me', { token })).status).toBe(429);
  expect(requests).not.toHaveBeenCalled();
});
