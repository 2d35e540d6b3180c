import type { Job } from '../../cron/job.ts';
import { forgetAnswers } from './answer.service.ts';

export const forgetAnswersJob: Job = { name: 'idempotency.forget', run: forgetAnswers };
