/** How long after the password was shown sensitive calls are allowed. */
export const recentLoginMinutes = 10;
