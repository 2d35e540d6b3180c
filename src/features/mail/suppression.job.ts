import type { Job } from '../../cron/job.ts';
import { forgetExpiredSuppressions } from './mail-event.service.ts';

export const forgetSuppressionsJob: Job = { name: 'mail.forget_suppressions', run: forgetExpiredSuppressions };
