import type { Job } from '../../cron/job.ts';
import { purgeNotifications } from './notification.service.ts';

export const purgeNotificationsJob: Job = { name: 'notifications.purge', run: purgeNotifications };
