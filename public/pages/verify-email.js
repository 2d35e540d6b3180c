import { useMailedLink } from './mailed-link.js';

useMailedLink({
  path: '/v1/auth/verify-email',
  // Only a press of the button sends the token, because mail scanners also open the link.
  ready: 'Press the button to verify your address.',
  done({ reset_token: token }) {
    // The address was signed up with several passwords, so its owner sets a new one.
    if (token) location.assign(`/reset-password#token=${token}`);
    return 'Your address is verified. You can sign in now.';
  },
  mailPath: '/v1/auth/verify-email/resend',
  invitation: 'Enter your email address, and we send you a new link to verify it.',
  sent: 'If this address waits for verification, a mail with a link is on its way. The link works once, within a day.',
});
