import type { Job } from '../../cron/job.ts';
import { purgeDailyCounts } from './usage.service.ts';

export const purgeDailyCountsJob: Job = { name: 'usage.purge_daily_counts', run: purgeDailyCounts };
