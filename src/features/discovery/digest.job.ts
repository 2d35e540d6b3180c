import type { Job } from '../../cron/job.ts';
import { mailDigests } from './digest.service.ts';

export const mailDigestsJob: Job = { name: 'discovery.mail_digests', run: mailDigests };
