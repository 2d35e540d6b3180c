/** The number of mails of one share that are queued for an address, in an hour and in a day. */
export const mailsPerAddress = { hour: 3, day: 10 } as const;
