import type { Job } from '../../cron/job.ts';
import { forgetNotifications } from './notification.service.ts';

export const forgetNotificationsJob: Job = { name: 'notifications.forget', run: forgetNotifications };
