import type { Job } from '../../cron/job.ts';
import { publishWaitingJourneys } from './publishing.service.ts';

export const publishWaitingJourneysJob: Job = { name: 'journeys.publish_waiting', run: publishWaitingJourneys };
