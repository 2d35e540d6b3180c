import type { Job } from '../../cron/job.ts';
import { purgeFormerUsernames } from './former-username.service.ts';

export const purgeFormerUsernamesJob: Job = { name: 'users.purge_former_usernames', run: purgeFormerUsernames };
