/** Sensitive calls are allowed for this time after the rider has entered the password. */
export const recentLoginMinutes = 10;
