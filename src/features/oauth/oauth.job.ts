import type { Job } from '../../cron/job.ts';
import { purgeSignIns } from './oauth.service.ts';

export const purgeSignInsJob: Job = { name: 'oauth.purge', run: purgeSignIns };
