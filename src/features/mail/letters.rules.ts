import { plainWords } from './rider-words.rules.ts';

/** Mails to one address are counted by share: sign-ups must not use up what warns its owner, or opens the account. */
export type MailShare = 'request' | 'reset' | 'notice' | 'digest';

/** A mail's words. No rider's text goes in, save by `plainWords`: a name is a place for somebody else's link. */
export type Letter = {
  subject: string;
  text: string;
  html: string;
  share?: MailShare;
  /** Of a digest: whose it is, who may still say no to it while it waits. */
  digestRiderId?: string;
  /** Where a mail program ends such mails with one click. */
  unsubscribeUrl?: string;
};

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

type Words = { subject: string; paragraphs: readonly string[]; link?: { label: string; url: string } };

function letter({ subject, paragraphs, link }: Words): Letter {
  const text = [...paragraphs.slice(0, 1), ...(link ? [link.url] : []), ...paragraphs.slice(1), 'Kairos'];
  const body = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`);
  const button = link
    ? `<p><a href="${escapeHtml(link.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f6f54;color:#fff;text-decoration:none">${escapeHtml(link.label)}</a></p>`
    : '';
  const html = `<div style="font:16px/1.5 system-ui,sans-serif;max-width:34em">${body[0] ?? ''}${button}${body.slice(1).join('')}<p>Kairos</p></div>`;
  return { subject, text: `${text.join('\n\n')}\n`, html };
}

export const verifyLetter = (webUrl: string, token: string): Letter =>
  letter({
    subject: 'Verify your address',
    paragraphs: [
      'Somebody, hopefully you, signed up for Kairos with this address. Open this link to verify it:',
      'The link works once, for 24 hours. If this was not you, do nothing: without it there is no account.',
    ],
    link: { label: 'Verify my address', url: `${webUrl}/verify-email#token=${token}` },
  });

export const alreadyRegisteredLetter = (webUrl: string): Letter =>
  letter({
    subject: 'You already have an account',
    paragraphs: [
      'Somebody, hopefully you, signed up for Kairos with this address, which already has an account. Sign in with it here:',
      'If this was not you, do nothing: nothing has changed.',
    ],
    link: { label: 'Open Kairos', url: webUrl },
  });

export const refreshReuseLetter = (): Letter => ({
  ...letter({
    subject: 'A device was signed out',
    paragraphs: [
      'An old sign-in of yours was used a second time. That can mean that somebody copied it, so we ended that session.',
      'Sign in again on the device that asks for it. If you did not expect this, change your password.',
    ],
  }),
  share: 'notice',
});

/** `device` is one of our own names for it, never what the device calls itself. */
export const newDeviceLetter = ({ device, place }: { device: string; place: string | undefined }): Letter => ({
  ...letter({
    subject: 'Signed in on a new device',
    paragraphs: [
      `Somebody, hopefully you, just signed in to your Kairos account on ${device}${place ? `, near ${place}` : ''}.`,
      'If this was not you, ask for a new password at once: the link goes to this address, and every device is signed out.',
    ],
  }),
  share: 'notice',
});

export const resetLetter = (webUrl: string, token: string): Letter => ({
  ...letter({
    subject: 'Set a new password',
    paragraphs: [
      'Somebody, hopefully you, asked for a new password for your Kairos account. Open this link to set one:',
      'The link works once, for an hour. If this was not you, do nothing: your password stays as it is.',
    ],
    link: { label: 'Set a new password', url: `${webUrl}/reset-password#token=${token}` },
  }),
  share: 'reset',
});

export const passwordChangedLetter = (): Letter => ({
  ...letter({
    subject: 'Your password was changed',
    paragraphs: [
      'The password of your Kairos account was changed just now, and your other devices were signed out.',
      'API keys and linked sign-ins go on working: look through them, and remove what is not yours.',
      'If this was not you, ask for a new password at once: the link goes to this address.',
    ],
  }),
  share: 'notice',
});

export const lockedLetter = (): Letter => ({
  ...letter({
    subject: 'Somebody tries your password',
    paragraphs: [
      'Your Kairos account was locked for a while after several wrong passwords.',
      'Devices you have used before still get in, and a new password opens it at once. If it was you, wait a little and try again.',
    ],
  }),
  share: 'notice',
});

export const identityLinkedLetter = (provider: string): Letter => ({
  ...letter({
    subject: 'Another way to sign in was linked',
    paragraphs: [
      `Your Kairos account can be entered with ${provider} from now on.`,
      'If this was not you, set a new password at once and unlink it.',
    ],
  }),
  share: 'notice',
});

export const accountDeletedLetter = (): Letter => ({
  ...letter({
    subject: 'Your account is deleted',
    paragraphs: [
      'Your Kairos account was deleted just now, with your journeys, markers and routes. Nothing of them is kept.',
      'This is the last mail to this address, unless you sign up again. Good roads.',
    ],
  }),
  share: 'notice',
});

type Days = { from: string; to: string };

/** One's own journey and whom one would meet, nearest first: what the search of encounters tells, and no more. */
export type NearJourney = {
  name: string;
  meetings: readonly {
    distanceBandM: number;
    myDays: Days | undefined;
    theirDays: Days | undefined;
    journey: { name: string } | null;
    rider: { name: string } | null;
  }[];
};

const maxMeetingsTold = 10;

const spanOf = (days: Days | undefined): string => (days ? `${days.from} to ${days.to}` : 'some day');

function meetingWords({ distanceBandM, myDays, theirDays, journey, rider }: NearJourney['meetings'][number]): string {
  const [title, name] = [plainWords(journey?.name ?? ''), plainWords(rider?.name ?? '')];
  const who = title && name ? `“${title}” by ${name}` : 'A rider';
  return `- ${who}, within ${distanceBandM / 1_000} km: you ${spanOf(myDays)}, they roughly ${spanOf(theirDays)}`;
}

function journeyWords({ name, meetings }: NearJourney): string {
  const title = plainWords(name);
  const more = meetings.length - maxMeetingsTold;
  return [
    title ? `“${title}”` : 'A journey of yours',
    ...meetings.slice(0, maxMeetingsTold).map(meetingWords),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}

export const ridersNearLetter = (
  webUrl: string,
  { riderId, unsubscribeUrl }: { riderId: string; unsubscribeUrl: string },
  journeys: readonly NearJourney[],
): Letter => ({
  ...letter({
    subject: 'New riders near your way',
    paragraphs: [
      'Since we last looked, riders came near journeys of yours. Kairos shows where on your way that is:',
      ...journeys.map(journeyWords),
      'Days and distances are rough on purpose, as yours are for them.',
      'This mail comes once a week at most, and only since you asked for it. To stop it, set “Riders near” to “never” in your account.',
    ],
    link: { label: 'Open Kairos', url: webUrl },
  }),
  share: 'digest',
  digestRiderId: riderId,
  unsubscribeUrl,
});

const maxMessage = 500;

/** A name and a message, and nothing else of who asks. */
export function connectionRequestedLetter(
  webUrl: string,
  { name, message }: { name: string; message: string },
): Letter {
  const [who, words] = [plainWords(name) || 'A rider', plainWords(message, maxMessage)];
  return {
    ...letter({
      subject: 'A rider asks to be in touch',
      paragraphs: [
        `${who}, whose way comes near yours, asks to be in touch. Accept or decline in Kairos:`,
        ...(words ? [`“${words}”`] : []),
        'They see your name and address only if you accept. If you decline, they are not told. You can block them, too.',
      ],
      link: { label: 'Open Kairos', url: webUrl },
    }),
    share: 'digest',
  };
}

export const connectionAcceptedLetter = (webUrl: string, name: string): Letter => ({
  ...letter({
    subject: 'Your request was accepted',
    paragraphs: [`${plainWords(name) || 'A rider'} would like to be in touch. How to reach them stands in Kairos:`],
    link: { label: 'Open Kairos', url: webUrl },
  }),
  share: 'digest',
});
