// All that the Worker talks to, in a process of its own: what it costs is not what is measured.
import { startSurroundings } from '../../test/support/surroundings.ts';

const { bindings, database, close } = await startSurroundings({
  // workerd listens for http, which a Worker behind an https address refuses.
  bindings: { API_URL: 'http://api.kairos.test' },
});
const { rows } = await database.run({ query: 'select current_database(), version()' });
process.once('disconnect', async () => {
  await close();
  process.exit();
});
process.send?.({ bindings, databaseName: rows[0]?.[0], databaseVersion: rows[0]?.[1] });
