/**
 * Replaces the parser of received mails that resend depends on. The Worker receives no mails, and it saves 7% of the
 * bundle.
 */
const noPostalMime = {
  parse(): never {
    throw new Error('this Worker receives no mails');
  },
};

export { noPostalMime as default };
