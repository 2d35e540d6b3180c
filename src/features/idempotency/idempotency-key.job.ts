import type { Job } from '../../cron/job.ts';
import { purgeIdempotencyKeys } from './idempotency-key.service.ts';

export const purgeIdempotencyKeysJob: Job = { name: 'idempotency.purge', run: purgeIdempotencyKeys };
