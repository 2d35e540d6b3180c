type Known = { id: string; email: string; role: 'admin' | 'user' | 'guest' };

export type Proven = {
  /** Whose this subject of the provider is. */
  owner: Known | undefined;
  /** Who has the address that the provider names. All addresses of riders are verified. */
  namesake: Known | undefined;
  email: string | undefined;
  isEmailVerified: boolean;
};

export type Decision =
  | { do: 'sign_in'; user: Known }
  | { do: 'link'; user: Known; email: string }
  | { do: 'register'; email: string }
  | { do: 'refuse' };

/**
 * The subject decides. An address brings somebody to an account only where the provider vouches for it, or anybody who
 * types a rider's address there would be that rider here.
 */
export function decideSignIn({ owner, namesake, email, isEmailVerified }: Proven): Decision {
  if (owner) return { do: 'sign_in', user: owner };
  if (email === undefined || !isEmailVerified) return { do: 'refuse' };
  return namesake ? { do: 'link', user: namesake, email } : { do: 'register', email };
}
