type Account = { id: string; email: string; role: 'admin' | 'user' | 'guest' };

/** What the provider and the accounts here say about a sign-in. */
export type SignInEvidence = {
  /** The rider who has linked this subject of the provider. */
  owner: Account | undefined;
  /** The rider whose address is the one at the provider. All addresses of riders are verified. */
  addressOwner: Account | undefined;
  email: string | undefined;
  isEmailVerified: boolean;
};

export type Decision =
  | { do: 'sign_in'; user: Account }
  | { do: 'link'; user: Account; email: string }
  | { do: 'register'; email: string }
  | { do: 'refuse' };

/**
 * The subject decides. The address leads to an account only where the provider has verified it. Otherwise a stranger
 * could enter a rider's address at the provider and log in as that rider.
 */
export function decideSignIn({ owner, addressOwner, email, isEmailVerified }: SignInEvidence): Decision {
  if (owner) return { do: 'sign_in', user: owner };
  if (email === undefined || !isEmailVerified) return { do: 'refuse' };
  return addressOwner ? { do: 'link', user: addressOwner, email } : { do: 'register', email };
}
