import type { Job } from '../../cron/job.ts';
import { purgeSuppressions } from './mail-event.service.ts';

export const purgeSuppressionsJob: Job = { name: 'mail.purge_suppressions', run: purgeSuppressions };
