import type { Job } from '../../cron/job.ts';
import { forgetExpiredSignIns } from './oauth.service.ts';

export const forgetOAuthJob: Job = { name: 'oauth.forget', run: forgetExpiredSignIns };
