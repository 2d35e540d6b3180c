import type { Job } from '../../cron/job.ts';
import { recountCrowds } from './crowd.service.ts';

export const recountCrowdsJob: Job = { name: 'discovery.recount_crowds', run: recountCrowds };
