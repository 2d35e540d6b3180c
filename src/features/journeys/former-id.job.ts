import type { Job } from '../../cron/job.ts';
import { purgeFormerIds } from './former-id.service.ts';

export const purgeFormerIdsJob: Job = { name: 'journeys.purge_former_ids', run: purgeFormerIds };
