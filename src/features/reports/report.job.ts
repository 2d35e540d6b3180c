import type { Job } from '../../cron/job.ts';
import { purgeReports } from './report.service.ts';

export const purgeReportsJob: Job = { name: 'reports.purge', run: purgeReports };
