import type { Job } from '../../cron/job.ts';
import { purgeKeys } from './idempotency-key.service.ts';

export const purgeKeysJob: Job = { name: 'idempotency.purge', run: purgeKeys };
