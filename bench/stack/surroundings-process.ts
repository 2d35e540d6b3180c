// The database endpoint, inbox and providers run in their own process, so that their CPU time is not measured.
import { startSurroundings } from '../../test/support/surroundings.ts';

const { bindings, database, close } = await startSurroundings({
  // workerd listens for http, and a Worker with an https address refuses http.
  bindings: { API_URL: 'http://api.kairos.test' },
});
const { rows } = await database.run({ query: 'select current_database(), version()' });
process.once('disconnect', async () => {
  await close();
  process.exit();
});
process.send?.({ bindings, databaseName: rows[0]?.[0], databaseVersion: rows[0]?.[1] });
