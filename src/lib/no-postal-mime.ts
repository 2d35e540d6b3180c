/** In place of the parser that resend brings for received mails: we receive none, and it is a fifteenth of the bundle. */
const noPostalMime = {
  parse(): never {
    throw new Error('this Worker receives no mails');
  },
};

export { noPostalMime as default };
