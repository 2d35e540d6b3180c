import type { IdentityRow } from './identity.table.ts';

type ProviderSubject = Pick<IdentityRow, 'provider' | 'subject' | 'email'>;

export const newIdentity = (
  { id, userId, now }: { id: string; userId: string; now: Date },
  { provider, subject, email }: ProviderSubject,
): IdentityRow => ({ id, userId, provider, subject, email, createdAt: now });
