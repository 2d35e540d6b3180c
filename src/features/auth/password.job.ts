import type { Job } from '../../cron/job.ts';
import { purgeAttempts } from './attempt.service.ts';
import { purgeResets } from './password.service.ts';

export const purgeResetsJob: Job = { name: 'auth.purge_resets', run: purgeResets };
export const purgeAttemptsJob: Job = { name: 'auth.purge_attempts', run: purgeAttempts };
