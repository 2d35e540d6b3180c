import * as templates from '../../src/features/mail/templates.rules.ts';

const webUrl = 'http://localhost:8787';
const token = 'mQ0t9y5oT2s5d0b9Q3vO1c7y8u6i4r2e0w1q3a5s7d9';

const meeting = {
  distanceBandM: 25_000,
  myDays: { from: '2027-06-01', to: '2027-06-02' },
  theirDays: { from: '2027-05-31', to: '2027-06-02' },
  journey: null,
  rider: null,
};
const named = {
  ...meeting,
  distanceBandM: 50_000,
  journey: { name: 'Black Sea, the long way' },
  rider: { name: 'Bogdan Ionescu' },
};

/** Every email template with sample values. The type requires all of them. */
export const previews: Record<keyof typeof templates, templates.MailMessage> = {
  verificationMail: templates.verificationMail(webUrl, token),
  alreadyRegisteredMail: templates.alreadyRegisteredMail(webUrl),
  refreshReuseMail: templates.refreshReuseMail(),
  newDeviceMail: templates.newDeviceMail({ device: 'Firefox on Android', place: 'Vienna, AT' }),
  resetMail: templates.resetMail(webUrl, token),
  passwordChangedMail: templates.passwordChangedMail(),
  accountLockedMail: templates.accountLockedMail(),
  identityLinkedMail: templates.identityLinkedMail('Google'),
  accountDeletedMail: templates.accountDeletedMail(),
  connectionRequestedMail: templates.connectionRequestedMail(webUrl, {
    connectionId: 'x',
    name: 'Bogdan Ionescu',
    message: 'We seem to cross near Linz. A camp together, or a coffee?',
  }),
  connectionAcceptedMail: templates.connectionAcceptedMail(webUrl, { connectionId: 'x', name: 'Anna Weber' }),
  ridersNearMail: templates.ridersNearMail(webUrl, { riderId: '', unsubscribeUrl: webUrl }, [
    { name: 'Danube, source to sea', encounters: [named, ...Array.from({ length: 11 }, () => meeting)] },
    { name: 'North Cape', encounters: [meeting] },
  ]),
};
