import type { Job } from '../../cron/job.ts';
import { purgeDisclosures } from './disclosure.service.ts';

export const purgeDisclosuresJob: Job = { name: 'discovery.purge_disclosures', run: purgeDisclosures };
