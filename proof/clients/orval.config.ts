import { defineConfig } from 'orval';

export default defineConfig({
  kairos: {
    input: '../../openapi.json',
    output: {
      target: 'generated/orval/kairos.ts',
      client: 'fetch',
      override: {
        mutator: { path: 'jobs/orval-fetch.ts', name: 'send' },
        fetch: { includeHttpResponseReturnType: false },
      },
    },
  },
});
