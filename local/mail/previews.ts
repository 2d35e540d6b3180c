import * as letters from '../../src/features/mail/letters.rules.ts';

const webUrl = 'http://127.0.0.1:8787';
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
  rider: { name: 'Ben' },
};

/** Every letter with sample values, by the name of what writes it: the type asks for each of them. */
export const previews: Record<keyof typeof letters, letters.Letter> = {
  verifyLetter: letters.verifyLetter(webUrl, token),
  alreadyRegisteredLetter: letters.alreadyRegisteredLetter(webUrl),
  refreshReuseLetter: letters.refreshReuseLetter(),
  newDeviceLetter: letters.newDeviceLetter({ device: 'Firefox on Android', place: 'Vienna, AT' }),
  resetLetter: letters.resetLetter(webUrl, token),
  passwordChangedLetter: letters.passwordChangedLetter(),
  lockedLetter: letters.lockedLetter(),
  identityLinkedLetter: letters.identityLinkedLetter('Google'),
  accountDeletedLetter: letters.accountDeletedLetter(),
  connectionRequestedLetter: letters.connectionRequestedLetter(webUrl, {
    name: 'Ben',
    message: 'We seem to cross near Linz. A camp together, or a coffee?',
  }),
  connectionAcceptedLetter: letters.connectionAcceptedLetter(webUrl, 'Anna Berger'),
  ridersNearLetter: letters.ridersNearLetter(webUrl, { riderId: '', unsubscribeUrl: webUrl }, [
    { name: 'Danube, source to sea', meetings: [named, ...Array.from({ length: 11 }, () => meeting)] },
    { name: 'North Cape', meetings: [meeting] },
  ]),
};
