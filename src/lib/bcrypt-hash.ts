import { compareSync } from 'bcryptjs';

/** The hashes of the predecessor, with a cost up to 14. Each step doubles the work, and a request cannot bear more. */
const form = /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z\d]{53}$/;

export const isBcrypt = (hash: string): boolean => form.test(hash);

/** Checks the password as the predecessor did: as it was typed, without NFKC. Bcrypt reads the first 72 bytes. */
export const verifyBcrypt = (password: string, hash: string): boolean => compareSync(password, hash);
