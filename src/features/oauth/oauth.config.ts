import { z } from 'zod';
import { documentation, list, optionalText } from '../../lib/variables.ts';

const variables = z
  .object({
    GOOGLE_CLIENT_ID: optionalText().register(documentation, {
      kind: 'var',
      description:
        "The id of the operator's app at Google. Kairos offers a provider when both its id and its secret are set.",
    }),
    GOOGLE_CLIENT_SECRET: optionalText().register(documentation, {
      kind: 'secret',
      description: "The secret of the operator's app at Google.",
    }),
    GOOGLE_BASE_URL: z.url().optional().register(documentation, {
      kind: 'var',
      description: 'The address of Google. Only the local stack sets it.',
    }),
    GITHUB_CLIENT_ID: optionalText().register(documentation, {
      kind: 'var',
      description: "The id of the operator's app at GitHub.",
    }),
    GITHUB_CLIENT_SECRET: optionalText().register(documentation, {
      kind: 'secret',
      description: "The secret of the operator's app at GitHub.",
    }),
    GITHUB_BASE_URL: z.url().optional().register(documentation, {
      kind: 'var',
      description: 'The address of GitHub. Only the local stack sets it.',
    }),
    OAUTH_RETURN_URLS: list().pipe(z.array(z.url())).default([]).register(documentation, {
      kind: 'var',
      description: 'The addresses to which a sign-in may send the browser back, separated by commas.',
    }),
  })
  .describe('Google and GitHub');

const clientOf = (id: string | undefined, secret: string | undefined, baseUrl: string | undefined) =>
  id && secret ? { id, secret, baseUrl } : undefined;

export const oauthConfig = variables.transform((env) => ({
  clients: {
    google: clientOf(env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET, env.GOOGLE_BASE_URL),
    github: clientOf(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET, env.GITHUB_BASE_URL),
  },
  returnUrls: env.OAUTH_RETURN_URLS,
}));
