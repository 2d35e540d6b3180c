/** The number of mails of one share that are queued for an address, in an hour and in a day. */
export const mailsPerAddress = { hour: 3, day: 10 } as const;

/** The part of the budget for sign-ups, which anybody can send to any address. The rest stays for resets and warnings. */
export const requestPercent = 80;

/** The part of that for one network, so that it cannot stop the sign-ups of all others. */
const networkPercent = 5;

/** How many sign-up mails one network may ask for in an hour. */
export const maxSignUpMailsOfNetwork = (budgetPerHour: number): number =>
  Math.max(1, Math.floor((budgetPerHour * requestPercent * networkPercent) / 10_000));
