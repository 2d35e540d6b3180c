import { neon, neonConfig } from '@neondatabase/serverless';
import { env } from '#kairos';

if (env.DATABASE_ENDPOINT) neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;

/** The database as its owner sees it, for what no call of the API can put there or show. */
export const sql = neon('postgresql://postgres:local@localhost/kairos');
