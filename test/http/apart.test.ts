import { beforeAll, expect, test } from 'vitest';
import { type Answer, call } from '../support/app.ts';
import { createJourney, createRider, type Rider } from '../support/factories.ts';

let riders: readonly Rider[];
beforeAll(async () => {
  riders = [await createRider({ name: 'Canary Anna' }), await createRider({ name: 'Canary Ben' })];
  for (const rider of riders) await createJourney(rider, { name: `Of ${rider.id}` });
});

/** The responses to many simultaneous requests of all riders. */
async function askedByAll(rounds: number, ask: (rider: Rider) => Promise<Answer>): Promise<[Rider, Answer][]> {
  const asking = Array.from({ length: rounds }, () => riders).flat();
  return await Promise.all(asking.map(async (rider): Promise<[Rider, Answer]> => [rider, await ask(rider)]));
}

const othersThan = (rider: Rider) => riders.filter((other) => other !== rider);

test.each(['/v1/me', '/v1/%6de', '/v1/journeys?limit=5&status=planned', '/v1/journeys?status=planned&limit=5'])(
  'riders who request %s simultaneously each get their own response [O3]',
  async (path) => {
    for (const [rider, answer] of await askedByAll(20, ({ token }) => call('GET', path, { token }))) {
      expect(answer.status, answer.text).toBe(200);
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      expect(answer.text).toContain(rider.id);
      for (const { id } of othersThan(rider)) expect(answer.text).not.toContain(id);
    }
  },
);

test('riders whose requests fail simultaneously each get their own error [O5]', async () => {
  const fieldOf = ({ id }: Rider) => `canary_${id}`;
  const answers = await askedByAll(40, (rider) =>
    call('PATCH', '/v1/me', { token: rider.token, body: { [fieldOf(rider)]: rider.name } }),
  );
  for (const [rider, { status, headers, json, text }] of answers) {
    expect([status, json.code]).toEqual([422, 'http.invalid']);
    expect(json.request_id).toBe(headers.get('X-Request-Id'));
    expect(text).toContain(fieldOf(rider));
    for (const other of othersThan(rider)) expect(text).not.toContain(other.id);
  }
  expect(new Set(answers.map(([, { json }]) => json.request_id)).size).toBe(answers.length);
});
