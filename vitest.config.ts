import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { eagerImports } from './test/support/eager-imports.ts';

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          eagerImports(`${import.meta.dirname.replaceAll('\\', '/')}/src/`),
          cloudflareTest(({ inject }) => ({
            // The tests import the sources, which are not built.
            main: './src/worker.ts',
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
          // Starting a Worker for each file would take longer than most files take to run.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/{architecture,documents,local,whole}/**/*.test.ts'],
          // These files test the embedded Postgres, or need no database.
          exclude: process.env.DATABASE_URL ? ['test/local/{embedded,help,keys}.test.ts'] : [],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
