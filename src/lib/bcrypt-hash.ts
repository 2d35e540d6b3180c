/** The hashes of the predecessor, with a cost up to 14. Each step doubles the work, and a request cannot bear more. */
const form = /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z\d]{53}$/;

export const isBcrypt = (hash: string): boolean => form.test(hash);
