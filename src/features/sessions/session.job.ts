import type { Job } from '../../cron/job.ts';
import { purgeSessions } from './session.service.ts';

export const purgeSessionsJob: Job = { name: 'sessions.purge', run: purgeSessions };
