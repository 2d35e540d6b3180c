import type { Job } from '../../cron/job.ts';
import { purgeAudit } from './audit.service.ts';

export const purgeAuditJob: Job = { name: 'audit.purge', run: purgeAudit };
