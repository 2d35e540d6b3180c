import type { Job } from '../../cron/job.ts';
import { forgetReports } from './report.service.ts';

export const forgetReportsJob: Job = { name: 'reports.forget', run: forgetReports };
