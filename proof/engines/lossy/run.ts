// npm run lossy: riders on a network that loses 20 % of the replies and doubles 5 % of the requests, several at a time.
import '../../support/help.ts';

import { diceOf } from '../../support/dice.ts';
import { type Outcome, type Run, runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { type App, checkMarkers, checkSession, install, postMarkers, refresh, replay, type World } from './app.ts';
import { newLine } from './line.ts';

/** Riders who use their apps at the same time. */
const ridersAtOnce = 6;
/** The share of refreshes after which an old token is replayed, if the app has one. */
const replayShare = 0.04;

async function run({ seed, count }: Run): Promise<Outcome> {
  const findings: Finding[] = [];
  const figures = { replays: 0, markers: 0, riders: 0 };
  const line = newLine();

  async function ride(index: number): Promise<void> {
    const roll = diceOf(seed + index * 7_919);
    const complain = (kind: string, detail: string) => findings.push({ kind, detail });
    const world: World = { line, roll, complain };
    const share = Math.floor(count / ridersAtOnce) + (index < count % ridersAtOnce ? 1 : 0);
    let app: App | undefined;
    for (let done = 0; done < share; done += 1) {
      if (!app) figures.riders += 1;
      app ??= await install();
      await Promise.all([
        refresh(app, world),
        postMarkers(app, world),
        ...(roll() < 0.3 ? [postMarkers(app, world)] : []),
      ]);
      if (app.refreshTokens.length < 3 || roll() >= replayShare) continue;
      await checkSession(app, world);
      await replay(app, world);
      figures.replays += 1;
      await leave(app, world);
      app = undefined;
    }
    if (!app) return;
    await checkSession(app, world);
    await leave(app, world);
  }

  async function leave(app: App, world: World): Promise<void> {
    await checkMarkers(app, world);
    figures.markers += app.markerIds.length;
  }

  await Promise.all(Array.from({ length: ridersAtOnce }, (_, index) => ride(index)));
  const of = (kind: string) => findings.filter((finding) => finding.kind === kind).length;
  const { riders, replays, markers } = figures;
  return {
    figures: {
      riders,
      'requests sent': line.requests,
      'replies lost': line.lost,
      'requests doubled': line.doubled,
      'old tokens replayed': replays,
      'of them accepted': of('replay accepted'),
      'false logouts': of('false logout'),
      'markers posted': markers,
      'of them lost': of('marker lost'),
      'of them doubled': of('marker doubled'),
    },
    findings,
  };
}

await runEngine({ name: 'lossy', unit: 'refreshes', count: { full: 10_000, short: 500 }, controlCount: 150, run });
