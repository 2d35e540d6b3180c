import type { Job } from '../../cron/job.ts';
import { forgetExpiredRegistrations } from './registration.service.ts';

export const forgetRegistrationsJob: Job = { name: 'auth.forget_registrations', run: forgetExpiredRegistrations };
