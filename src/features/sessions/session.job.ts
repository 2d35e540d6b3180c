import type { Job } from '../../cron/job.ts';
import { forgetExpiredSessions } from './session.service.ts';

export const forgetSessionsJob: Job = { name: 'sessions.forget', run: forgetExpiredSessions };
