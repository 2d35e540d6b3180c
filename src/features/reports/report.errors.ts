import { defineError } from '../../errors.ts';

export const reportedOneself = defineError('conflict', 'reports.yourself', 'That is you.');
export const tooManyReports = defineError(
  'too_many_requests',
  'reports.too_many',
  'You have reported enough riders for today.',
);
export const reportNotFound = defineError('not_found', 'reports.not_found', 'No such report.');
export const reportSettled = defineError('conflict', 'reports.settled', 'It has been settled otherwise.');
