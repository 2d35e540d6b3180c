import type { Job } from '../../cron/job.ts';
import { forgetOldSessions } from './session.service.ts';

export const forgetSessionsJob: Job = { name: 'sessions.forget', run: forgetOldSessions };
