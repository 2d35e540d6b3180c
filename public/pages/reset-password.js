import { useMailedLink } from './mailed-link.js';

useMailedLink({
  path: '/v1/auth/password/reset',
  ready: 'Use at least eight characters. Long is better than complicated: four plain words are fine.',
  done: () => 'Your password is set. You can sign in with it now.',
  mailPath: '/v1/auth/password/forgot',
  invitation: 'Enter your email address, and we send you a link to set a new password.',
  sent: 'If this address has an account, a mail with a link is on its way. The link works once, within an hour.',
});
