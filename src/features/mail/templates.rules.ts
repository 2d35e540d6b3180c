import { plainText } from './plain-text.rules.ts';

/**
 * The part of the hourly mail budget that a mail may use. Each part also has its own limit per address, so that sign-ups
 * do not block warnings and password resets, and riders who ask to connect block no other mail. The default is
 * `request`, for mails that anybody can cause. `notice` is for warnings.
 */
export type MailShare = 'request' | 'reset' | 'notice' | 'digest' | 'connection_request' | 'connection_accepted';

/** The content of a mail. Text of a rider goes in only through `plainText`, because a name can contain a link. */
export type MailMessage = {
  subject: string;
  text: string;
  html: string;
  share?: MailShare;
  /** For a digest: its recipient, who may opt out while it is queued, and the number of encounters in it. */
  digest?: { riderId: string; pairs: number };
  /** For a mail about a connection. */
  connectionId?: string;
  /** Where a mail program unsubscribes with one click. */
  unsubscribeUrl?: string;
};

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

type Content = { subject: string; paragraphs: readonly string[]; link?: { label: string; url: string } };

function renderMail({ subject, paragraphs, link }: Content): MailMessage {
  const text = [...paragraphs.slice(0, 1), ...(link ? [link.url] : []), ...paragraphs.slice(1), 'Kairos'];
  const body = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`);
  const button = link
    ? `<p><a href="${escapeHtml(link.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f6f54;color:#fff;text-decoration:none">${escapeHtml(link.label)}</a></p>`
    : '';
  const html = `<div style="font:16px/1.5 system-ui,sans-serif;max-width:34em">${body[0] ?? ''}${button}${body.slice(1).join('')}<p>Kairos</p></div>`;
  return { subject, text: `${text.join('\n\n')}\n`, html };
}

export const verificationMail = (webUrl: string, token: string): MailMessage =>
  renderMail({
    subject: 'Verify your address',
    paragraphs: [
      'Somebody, hopefully you, signed up for Kairos with this address. Open this link to verify the address:',
      'The link works once, within 24 hours. If this was not you, do nothing, and no account is created.',
    ],
    link: { label: 'Verify my address', url: `${webUrl}/verify-email#token=${token}` },
  });

export const alreadyRegisteredMail = (webUrl: string): MailMessage =>
  renderMail({
    subject: 'You already have an account',
    paragraphs: [
      'Somebody, hopefully you, signed up for Kairos with this address, but it already has an account. Sign in here:',
      'If this was not you, do nothing. Your account has not changed.',
    ],
    link: { label: 'Open Kairos', url: webUrl },
  });

export const refreshReuseMail = (): MailMessage => ({
  ...renderMail({
    subject: 'A device was signed out',
    paragraphs: [
      'An old sign-in token of your account was used a second time. Somebody may have copied it, so we ended that session.',
      'Sign in again on the device that asks you to. If you did not expect this, change your password.',
    ],
  }),
  share: 'notice',
});

/** `device` is a name from our own list, never text that the device sent. */
export const newDeviceMail = ({ device, place }: { device: string; place: string | undefined }): MailMessage => ({
  ...renderMail({
    subject: 'Signed in on a new device',
    paragraphs: [
      `Somebody, hopefully you, just signed in to your Kairos account on ${device}${place ? `, near ${place}` : ''}.`,
      'If this was not you, reset your password at once. The link goes to this address, and all devices are signed out.',
    ],
  }),
  share: 'notice',
});

export const resetMail = (webUrl: string, token: string): MailMessage => ({
  ...renderMail({
    subject: 'Set a new password',
    paragraphs: [
      'Somebody, hopefully you, asked to reset the password of your Kairos account. Open this link to set a new one:',
      'The link works once, and for at least one hour. A newer link ends it. If this was not you, do nothing, and your password stays as it is.',
    ],
    link: { label: 'Set a new password', url: `${webUrl}/reset-password#token=${token}` },
  }),
  share: 'reset',
});

export const passwordChangedMail = (): MailMessage => ({
  ...renderMail({
    subject: 'Your password was changed',
    paragraphs: [
      'The password of your Kairos account was changed just now, and your other devices were signed out.',
      'API keys and linked sign-ins still work. Check them, and remove those that are not yours.',
      'If this was not you, reset your password at once. The link goes to this address.',
    ],
  }),
  share: 'notice',
});

export const accountLockedMail = (): MailMessage => ({
  ...renderMail({
    subject: 'Your account is locked for a while',
    paragraphs: [
      'Somebody entered several wrong passwords for your Kairos account, so it is locked for a while.',
      'You can still sign in on devices that you have used before. A new password unlocks the account at once. If this was you, wait a little and try again.',
    ],
  }),
  share: 'notice',
});

export const identityLinkedMail = (provider: string): MailMessage => ({
  ...renderMail({
    subject: 'A new way to sign in was linked',
    paragraphs: [
      `You can now sign in to your Kairos account with ${provider}.`,
      'If this was not you, unlink it and set a new password at once.',
    ],
  }),
  share: 'notice',
});

export const accountDeletedMail = (): MailMessage => ({
  ...renderMail({
    subject: 'Your account is deleted',
    paragraphs: [
      'Your Kairos account was deleted just now, with your journeys, markers and routes. We keep no copy of them.',
      'This is our last mail to this address, unless you sign up again.',
    ],
  }),
  share: 'notice',
});

/** A name stands in the middle of a sentence that says whose word it is, never where a sender would stand. */
const called = (name: string): string => (name ? `a rider who calls themselves “${name}”` : 'a rider');

type Days = { from: string; to: string };

/** A rider's journey and its encounters, nearest first, with no more than the search shows. */
export type JourneyWithEncounters = {
  name: string;
  encounters: readonly {
    distanceBandM: number;
    myDays: Days | undefined;
    theirDays: Days | undefined;
    journey: { name: string } | null;
    rider: { name: string } | null;
  }[];
};

const maxEncountersPerJourney = 10;

const spanOf = (days: Days | undefined): string => (days ? `from ${days.from} to ${days.to}` : 'on unknown days');

function encounterText({
  distanceBandM,
  myDays,
  theirDays,
  journey,
  rider,
}: JourneyWithEncounters['encounters'][number]): string {
  const [title, name] = [plainText(journey?.name ?? ''), plainText(rider?.name ?? '')];
  const who = title && name ? `“${title}” by ${called(name)}` : 'A rider';
  return `- ${who}, within ${distanceBandM / 1_000} km: you ${spanOf(myDays)}, they approximately ${spanOf(theirDays)}`;
}

function journeyText({ name, encounters }: JourneyWithEncounters): string {
  const title = plainText(name);
  const more = encounters.length - maxEncountersPerJourney;
  return [
    title ? `“${title}”` : 'One of your journeys',
    ...encounters.slice(0, maxEncountersPerJourney).map(encounterText),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}

export const ridersNearMail = (
  webUrl: string,
  { riderId, unsubscribeUrl }: { riderId: string; unsubscribeUrl: string },
  journeys: readonly JourneyWithEncounters[],
): MailMessage => ({
  ...renderMail({
    subject: 'New riders near your route',
    paragraphs: [
      'New riders have come near your journeys. Open Kairos to see where on your route that is:',
      ...journeys.map(journeyText),
      'Days and distances are approximate, for your privacy and theirs.',
      'You get this mail at most once a week, because you asked for it. To stop it, set “Riders near” to “never” in your account.',
    ],
    link: { label: 'Open Kairos', url: webUrl },
  }),
  share: 'digest',
  digest: { riderId, pairs: journeys.reduce((sum, { encounters }) => sum + encounters.length, 0) },
  unsubscribeUrl,
});

const maxMessage = 500;

/** Shows only the name and the message of the rider who asks. */
export function connectionRequestedMail(
  webUrl: string,
  { connectionId, name, message }: { connectionId: string; name: string; message: string },
): MailMessage {
  const [who, words] = [called(plainText(name)), plainText(message, maxMessage)];
  return {
    ...renderMail({
      subject: 'A rider asks to connect',
      paragraphs: [
        `You have a request to connect from ${who}. Their route comes near yours. Accept or decline in Kairos:`,
        ...(words ? [`They write: “${words}”`] : []),
        'They see your name and email address only if you accept. If you decline, they are not notified. You can also block them.',
      ],
      link: { label: 'Open Kairos', url: webUrl },
    }),
    share: 'connection_request',
    connectionId,
  };
}

export const connectionAcceptedMail = (
  webUrl: string,
  { connectionId, name }: { connectionId: string; name: string },
): MailMessage => ({
  ...renderMail({
    subject: 'Your request was accepted',
    paragraphs: [
      `Your request to connect was accepted by ${called(plainText(name))}. Open Kairos to see how to reach them:`,
    ],
    link: { label: 'Open Kairos', url: webUrl },
  }),
  share: 'connection_accepted',
  connectionId,
});
