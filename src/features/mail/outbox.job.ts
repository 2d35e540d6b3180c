import type { Job } from '../../cron/job.ts';
import { deliverDueMails, forgetOldMails } from './mail.service.ts';

export const deliverMailsJob: Job = { name: 'mail.deliver', run: deliverDueMails };
export const forgetMailsJob: Job = { name: 'mail.forget', run: forgetOldMails };
