import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: inject('bindings') },
          })),
        ],
        resolve: {
          alias: [
            { find: /^@noble\/hashes\/argon2\.js$/, replacement: `${import.meta.dirname}/test/support/argon2.ts` },
          ],
        },
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{architecture,documents,local,whole}/**'],
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/setup.ts'],
          // A Worker for each file would take longer to start than most files take to run.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/{architecture,documents,local,whole}/**/*.test.ts'],
          // They bring the embedded Postgres along, or none.
          exclude: process.env.DATABASE_URL ? ['test/local/embedded.test.ts', 'test/local/keys.test.ts'] : [],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
