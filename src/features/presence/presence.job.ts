import type { Job } from '../../cron/job.ts';
import { refreshRiddenPresence } from './presence.service.ts';

export const refreshRiddenPresenceJob: Job = { name: 'discovery.refresh_ridden', run: refreshRiddenPresence };
