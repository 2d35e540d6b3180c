import type { Outcome, Run } from '../../../support/engine.ts';
import type { Finding } from '../../../support/finding.ts';
import type { Received } from '../../../support/send.ts';
import { everyOperation } from './any-operation.ts';
import { isControl, maxListed, widestList } from './controls.ts';
import type { Difference } from './difference.ts';
import { differences, differencesOfAll } from './differences.ts';
import { nextRequest } from './requests.ts';
import { addressOf, createRider, deleteRiders, type Rider } from './riders.ts';
import { createScene, type Scene } from './scene.ts';
import type { Stage, StrangerRequest } from './stage.ts';
import { createApiKey, createStrangers, type Stranger } from './strangers.ts';
import { askBoth, type Both, clock, inBoth, mailsInBoth, runCrons, same, stopTwin, tripDifference } from './twins.ts';

const requestsPerScene = 1_000;
const victimsPerDifference = 2;
/** The run stops after this number of findings. */
const maxTries = process.env.KAIROS_DEFECT ? 3 : 8;
const maxFindings = process.env.KAIROS_DEFECT ? 1 : 20;
const nightlyCrons = ['17 3 * * *', '47 3 * * *'] as const;
const crons = [...nightlyCrons, '7 * * * *'] as const;

/** Headers that may differ between two responses. A request id and a signature may differ too. */
const mayDiffer = new Set(['x-request-id', 'date', 'connection', 'keep-alive']);
const signature = /(eyJ[\w-]+\.eyJ[\w-]+)\.[\w-]+/g;

function comparable({ status, headers, text }: Received): string {
  const requestId = headers.get('X-Request-Id') ?? '-';
  const lines = [...headers].filter(([name]) => !mayDiffer.has(name)).map(([name, value]) => `${name}: ${value}`);
  const whole = [status, ...lines, text].join('\n');
  return whole.replaceAll(requestId, '(its id)').replaceAll(signature, '$1');
}

/** The text around the first difference of two responses. */
function firstDifference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 60);
  return `…${one.slice(from, at + 60)}…\n      …${other.slice(from, at + 60)}…`.replaceAll('\n', ' ');
}

/**
 * Creates a rider with a difference. The published plan moves when the true one has left it too far, and then both worlds
 * may publish different days. Strangers may see that, so such a rider is replaced.
 */
async function createVictim({ name, apply }: Difference, scene: Scene): Promise<Rider> {
  for (let left = maxTries; left > 0; left -= 1) {
    const victim = await createRider(scene.newId, { name: `Victim ${scene.victims.length}` });
    await apply(victim, scene);
    for (const ofAll of differencesOfAll) await ofAll.apply(victim, scene);
    if (await hasSamePresence(victim)) return victim;
    // An injected defect may publish what differs.
    if (process.env.KAIROS_DEFECT && left === 1) return victim;
    await deleteRiders([victim]);
  }
  throw new Error(`riders with different ${name} have different presence`);
}

async function createStage(seed: number): Promise<Stage> {
  const scene = createScene(seed);
  for (const difference of differences)
    for (let n = 0; n < victimsPerDifference; n += 1) scene.victims.push(await createVictim(difference, scene));
  const strangers = await createStrangers(scene);
  const minor = await createRider(scene.newId, { isAdult: false });
  const guest = await createRider(scene.newId, { role: 'guest' });
  const apiKey = await createApiKey(strangers[0] as Stranger);
  const others = [async () => undefined, minor.token, guest.token, async () => apiKey];
  const expendable = { rider: await createRider(scene.newId), left: 20 };
  const idempotencyKeys = ['first', 'second', 'third'].map((name) => `${name}-${scene.newId()}`);
  // Publishes the rides and counts the crowds. No mail is sent yet.
  for (const cron of nightlyCrons) await runCrons(cron);
  await tripDifference();
  const lists = { cursors: [], encounters: [], blocks: [], connections: [] };
  return { scene, strangers, others, expendable, idempotencyKeys, ...lists };
}

/** The number of the victims' rows that differ between the two databases. */
async function countHiddenRows({ victims }: Scene): Promise<number> {
  const owners = `{${victims.map(({ id }) => id).join()}}`;
  const both = await inBoth(
    `select md5(j::text) from journeys j where owner_id = any($1::uuid[])
      union all select md5(m::text) from markers m join journeys j on j.id = m.journey_id where j.owner_id = any($1::uuid[])
      union all select md5(t::text) from tracks t join journeys j on j.id = t.journey_id where j.owner_id = any($1::uuid[])`,
    [[owners], [owners]],
  );
  const [one, other] = both.map((rows) => new Set(rows.map(([hash]) => hash)));
  return [...(one ?? [])].filter((hash) => !other?.has(hash)).length;
}

async function hasSamePresence({ id }: Rider): Promise<boolean> {
  const [one, other] = await inBoth(
    `select md5(string_agg(p::text, ',' order by place, journey_no))
      from presence p join journeys j on j.no = p.journey_no where j.owner_id = $1::uuid`,
    same([id]),
  );
  return String(one) === String(other);
}

/** Compares the mails to the strangers. Mails to expendable riders are ignored. */
function compareMails(strangers: readonly Stranger[]): { mails: number; areSame: boolean } {
  const addresses = strangers.map(({ rider }) => addressOf(rider.id));
  const [one, other] = mailsInBoth().map((mails) =>
    mails
      .filter(({ to }) => addresses.some((address) => String(to).includes(address)))
      .map(({ subject, text }) => `${subject}\n${text}`)
      .sort(),
  );
  return { mails: one?.length ?? 0, areSame: JSON.stringify(one) === JSON.stringify(other) };
}

/**
 * What a stranger is shown without a name on their first journey, as texts, in both worlds. A full list may get other
 * encounters in the places of named ones that have gone.
 */
async function listAnonymous(by: Stranger): Promise<readonly { items: string[]; isFull: boolean }[]> {
  const answers = await askBoth(same(await widestList(by)));
  await tripDifference();
  return answers.map(({ json }) => {
    const all: { rider: unknown }[] = Object(json).items ?? [];
    const items = all.filter(({ rider }) => rider === null).map((item) => JSON.stringify(item));
    return { items, isFull: all.length >= maxListed };
  });
}

const operationIn = (label: string): string => label.split(':', 1).join();

function remember(stage: Stage, { label, target, by }: StrangerRequest, [{ status, json }]: Both<Received>): void {
  if (by && status === 201 && label.startsWith('createBlock')) stage.blocks.push({ by, id: Object(json).id });
  if (by && status === 201 && label === 'createConnection') stage.connections.push({ by, id: Object(json).id });
  if (by && label === 'listEncounters') {
    const items: { encounter_id: string }[] = Object(json).items ?? [];
    stage.encounters = [...stage.encounters, ...items.map((item) => ({ by, id: item.encounter_id }))].slice(-500);
  }
  const cursor = Object(json).next_cursor;
  if (typeof cursor === 'string' && target.startsWith('/v1/users/'))
    stage.cursors = [
      ...stage.cursors.slice(-9),
      { label: operationIn(label), target: target.replace(/\?.*/, ''), cursor },
    ];
}

export async function askStrangersQuestions({ seed, count }: Run): Promise<Outcome> {
  const findings: Finding[] = [];
  const reached = new Set<string>();
  const figures = {
    'pairs of worlds': 0,
    differences: differences.length + differencesOfAll.length,
    'hidden rows that differ': 0,
    [`of ${everyOperation.length} operations`]: 0,
    encounters: 0,
    crowds: 0,
    'answers about others': 0,
    mails: 0,
    'unequal answers': 0,
    'unequal trips': 0,
    'unequal mails': 0,
    'own controls used': 0,
    'unequal lists': 0,
  };
  const blame = (kind: 'answers' | 'trips' | 'mails' | 'lists', detail: string) => {
    figures[`unequal ${kind}`] += 1;
    findings.push({ kind: `unequal ${kind}`, detail });
  };

  let begun = 0;
  while (begun < count && findings.length < maxFindings) {
    const stage = await createStage(seed + begun);
    const { scene, strangers } = stage;
    figures['pairs of worlds'] += 1;
    figures['hidden rows that differ'] += await countHiddenRows(scene);

    const until = Math.min(count, begun + requestsPerScene);
    for (; begun < until && findings.length < maxFindings; begun += 1) {
      clock.nowMs += Math.floor(scene.between(200, 3_000));
      if (begun % 250 === 125) for (const cron of crons) await runCrons(cron);
      const request = await nextRequest(stage);
      const watched = request.by && isControl(request) ? request.by : undefined;
      const before = watched && (await listAnonymous(watched));
      const answers = await askBoth([request, request]);
      const [one, other] = [comparable(answers[0]), comparable(answers[1])];
      const extraTrips = await tripDifference();
      if (one !== other)
        blame('answers', `${request.label}: ${request.method} ${request.target}\n      ${firstDifference(one, other)}`);
      else if (extraTrips !== 0)
        blame(
          'trips',
          `${request.label}: ${request.method} ${request.target}: round trips of the second world minus the first: ${extraTrips}`,
        );
      if (watched && before) {
        figures['own controls used'] += 1;
        const after = await listAnonymous(watched);
        const changed = before.flatMap(({ items, isFull }, side) => {
          const now = after[side]?.items ?? [];
          const added = isFull ? [] : now.filter((item) => !items.includes(item));
          return [...items.filter((item) => !now.includes(item)), ...added];
        });
        if (changed.length > 0)
          blame(
            'lists',
            `${request.label}: ${changed.length} encounters without a name have changed\n      ${request.body}`,
          );
      }
      const [{ status, json }] = answers;
      const operation = operationIn(request.label);
      reached.add(operation);
      if (status < 300 && operation === 'listEncounters') figures.encounters += Object(json).items?.length ?? 0;
      if (status < 300 && operation.startsWith('listCrowds')) figures.crowds += Object(json).items?.length ?? 0;
      if (status < 300 && request.method === 'GET' && /\/users\/|\/journeys\//.test(request.target))
        figures['answers about others'] += 1;
      remember(stage, request, answers);
    }
    for (const cron of crons) await runCrons(cron);
    const { mails, areSame } = compareMails(strangers);
    figures.mails += mails;
    if (!areSame) blame('mails', 'the mails to a stranger differ');
    await deleteRiders([...scene.victims, ...strangers.map(({ rider }) => rider)]);
  }
  figures[`of ${everyOperation.length} operations`] = reached.size;
  await stopTwin();
  return { figures, findings };
}
