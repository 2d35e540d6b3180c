import { neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';

/**
 * Returns a function that runs one statement and returns its rows, over a pool or over Neon's protocol at an endpoint.
 */
export function openDatabase({ PEER_DATABASE_URL: url, PEER_DATABASE_ENDPOINT: endpoint }) {
  if (endpoint) {
    neonConfig.fetchEndpoint = endpoint;
    const sql = neon(url);
    return (text, params) => sql.query(text, params);
  }
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  return async (text, params) => (await pool.query(text, params)).rows;
}
