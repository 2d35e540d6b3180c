import { signatureOf } from '../../support/mailer.ts';
import { freshAddress } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const mail = {
  receiveMailEvent: {
    audience: 'anyone',
    because: 'the signature is the credential',
    isBodyOpen: 'Resend’s, and signed by it',
    trips: 1,
    example: () => ({
      status: 204,
      body: { type: 'email.complained', data: { to: [freshAddress()] } },
      sign: (body) => signatureOf(body),
    }),
    // Resend repeats an event until it gets a success.
    again: { more: ['audit'] },
  },
} satisfies Entries;
