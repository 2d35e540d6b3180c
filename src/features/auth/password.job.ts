import type { Job } from '../../cron/job.ts';
import { forgetOldAttempts } from './attempt.service.ts';
import { forgetExpiredResets } from './password.service.ts';

export const forgetResetsJob: Job = { name: 'auth.forget_resets', run: forgetExpiredResets };
export const forgetAttemptsJob: Job = { name: 'auth.forget_attempts', run: forgetOldAttempts };
