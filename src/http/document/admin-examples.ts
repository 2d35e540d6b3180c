import { adminId, anna, type Examples, firstPageOf, max, pageOf } from './story.ts';

const account = {
  id: max.id,
  email: max.email,
  username: null,
  name: max.name,
  role: 'user',
  disabled: false,
  locked: false,
  has_password: true,
  version: 1,
  created_at: '2026-05-20T08:05:00.000Z',
  updated_at: '2026-05-20T08:05:00.000Z',
};

const open = {
  id: '845e9183-1319-889c-9d65-6bdb80c278ac',
  state: 'open',
  reason: 'stalking',
  message: 'Asks me every evening where I camp.',
  named_by: 'user_id',
  reporter: { id: anna.id, name: anna.name },
  reported: { id: max.id, name: max.name, disabled: false },
  note: '',
  settled_by: null,
  settled_at: null,
  version: 1,
  created_at: '2026-06-14T19:34:00.000Z',
};
const settlement = { outcome: 'suspended', note: 'Third time this month.' };
const settled = {
  ...open,
  state: settlement.outcome,
  reported: { ...open.reported, disabled: true },
  note: settlement.note,
  settled_by: adminId,
  settled_at: '2026-06-15T07:20:00.000Z',
  version: 2,
};

export const adminExamples: Examples = {
  getHealth: { answer: { status: 'ok' } },
  getReadiness: { answer: { status: 'ok', database: 'ok', postgis: 'ok', migrations: 'ok' } },
  listUsers: { answer: pageOf(account) },
  updateUser: {
    body: { role: 'guest' },
    answer: { ...account, role: 'guest', version: 2, updated_at: '2026-06-10T09:00:00.000Z' },
  },
  startPasswordReset: { answer: { status: 'accepted' } },
  listAudit: {
    answer: firstPageOf({
      id: '019ec9f2-5b40-7a86-b1c3-0d27e84f9a55',
      at: '2026-06-15T07:20:00.000Z',
      action: 'reports.suspend',
      subject_id: open.id,
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
      request_id: '019ec9f2-5b3c-7e10-8f42-93b6d0a1c788',
      actor_id: adminId,
      network: 'kq1v7s3X0mJ7eQy9bKc2Tz5uWg8hLrAoPdIfVxBnMqQ',
    }),
  },
  listReports: { answer: pageOf(open) },
  settleReport: { body: settlement, answer: settled },
};
