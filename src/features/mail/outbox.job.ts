import type { Job } from '../../cron/job.ts';
import { deliverDueMails, purgeMails } from './mail.service.ts';

export const deliverMailsJob: Job = { name: 'mail.deliver', run: deliverDueMails };
export const purgeMailsJob: Job = { name: 'mail.purge', run: purgeMails };
