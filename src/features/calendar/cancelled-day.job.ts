import type { Job } from '../../cron/job.ts';
import { purgeCancelledDays } from './cancelled-day.service.ts';

export const purgeCancelledDaysJob: Job = { name: 'calendar.purge_cancelled', run: purgeCancelledDays };
