import type { Job } from '../../cron/job.ts';
import { forgetOAuth } from './oauth.service.ts';

export const forgetOAuthJob: Job = { name: 'oauth.forget', run: forgetOAuth };
