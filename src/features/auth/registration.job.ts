import type { Job } from '../../cron/job.ts';
import { purgeRegistrations } from './registration.service.ts';

export const purgeRegistrationsJob: Job = { name: 'auth.purge_registrations', run: purgeRegistrations };
