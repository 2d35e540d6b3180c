import { neon, neonConfig } from '@neondatabase/serverless';
import { env } from '#kairos';

neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;

/** Queries as the owner of the database, for rows that no call of the API can write or show. */
export const sql = neon('postgresql://postgres:local@localhost/kairos');
