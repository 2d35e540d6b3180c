import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const Mails = z.array(z.object({ subject: z.string(), links: z.array(z.string()) }));

/** Waits for the verification mail in the local inbox, and returns its link. */
export async function findVerificationLink(inbox: string, address: string): Promise<URL> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await fetch(`${inbox}/inbox.json?to=${encodeURIComponent(address)}`);
    const mails = Mails.parse(await response.json());
    const link = mails.find(({ subject }) => subject.includes('Verify'))?.links.find((url) => url.includes('#token='));
    if (link !== undefined) return new URL(link);
    await sleep(100);
  }
  throw new Error(`The inbox got no verification mail to ${address} within ten seconds.`);
}
