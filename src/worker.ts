import { v7 as uuidv7 } from 'uuid';
import { createApp } from './app.ts';
import { runScheduled } from './cron/schedule.ts';

const world = { now: () => new Date(), newId: () => uuidv7() };
const app = createApp(world);

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => runScheduled(controller.cron, env, world),
} satisfies ExportedHandler<Env>;
