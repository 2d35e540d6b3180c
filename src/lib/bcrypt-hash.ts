import { compareSync } from 'bcryptjs';

/** What the predecessor stored, up to the cost that a request can bear: each step from 12 doubles it. */
const form = /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z\d]{53}$/;

export const isBcrypt = (hash: string): boolean => form.test(hash);

/** As the predecessor did: UTF-8 as it was typed, without NFKC, of which bcrypt reads the first 72 bytes. */
export const verifyBcrypt = (password: string, hash: string): boolean => compareSync(password, hash);
