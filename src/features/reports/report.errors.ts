import { defineError } from '../../errors.ts';

export const cannotReportYourself = defineError('conflict', 'reports.yourself', 'You cannot report yourself.');
export const tooManyReports = defineError(
  'too_many_requests',
  'reports.too_many',
  'You have reported the maximum number of riders for one day. Try again later.',
);
export const reportNotFound = defineError('not_found', 'reports.not_found', 'No report has this id.');
export const reportSettled = defineError(
  'conflict',
  'reports.settled',
  'This report is already settled with another outcome.',
);
