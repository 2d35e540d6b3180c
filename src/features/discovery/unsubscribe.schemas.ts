import { z } from '@hono/zod-openapi';

export const unsubscribeQuery = z.strictObject({
  token: z.string().max(200).openapi({
    description: 'The token from the `List-Unsubscribe` header of the mail.',
    example: 'u1.0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b.dGhlIG1hYyBvZiBhIHRva2VuIGZvciB0aGUgZXhhbXA',
  }),
});
