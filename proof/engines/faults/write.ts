import { entryOf, wayOf } from '../../../test/contract/register.ts';
import type { Fault } from '../../support/database-proxy.ts';
import { type Call, faultOfUnavailable, leaks, type Observed, observe } from './call.ts';
import { type Effect, isNothing, isSame, say, without } from './picture.ts';

/** What is wrong. */
export type Verdict = { kind: string; detail: string };

export const failAt =
  (fault: Fault, at: number) =>
  (peer: string, before: number): Fault | undefined =>
    peer === 'database' && before === at ? fault : undefined;

/** Mails that are sent or not are looked at elsewhere; that they are in the outbox is part of the effect. */
const known = (effect: Effect): Effect => without(effect);

/** What is wrong with a read, or with the answer to any call whose answer may be a success. */
export function faultOfAnswer({ operation, example }: Call, { answer, isInTime }: Observed): Verdict | undefined {
  const leak = leaks(answer);
  if (leak && answer.status !== example.status) return { kind: 'leaked', detail: leak };
  if (!isInTime && !entryOf(operation.id).hasLongDeadline)
    return { kind: 'held', detail: 'no answer came before the call was aborted' };
  if (answer.status === example.status) return;
  const fault = faultOfUnavailable(answer);
  return fault ? { kind: 'answer', detail: `${fault}: ${answer.text.slice(0, 200)}` } : undefined;
}

/** Sends a write whose first attempt met a fault again, and says what is wrong with what came of it. */
export async function judgeWrite(call: Call, seen: Observed, reference: Effect): Promise<Verdict | undefined> {
  const wrong = faultOfAnswer(call, seen);
  if (wrong) return wrong;
  const { name, example } = call;
  const [wanted, first] = [known(reference), known(seen.effect)];
  const isDone = isSame(first, wanted);
  const { settled, more = [], isBegunAnew } = wayOf(name).again ?? {};
  if (isBegunAnew && !isDone) return isToldToBeginAnew(seen) ? undefined : { kind: 'half done', detail: say(first) };
  if (seen.answer.status === example.status) {
    if (isDone) return;
    const kind = isNothing(first) ? 'acknowledged and lost' : 'acknowledged, and not as without the fault';
    return { kind, detail: `${say(first)} instead of ${say(wanted)}` };
  }
  if (!isDone && !isNothing(first)) return { kind: 'half done', detail: `${say(first)} of ${say(wanted)}` };

  const second = await observe(call);
  const { status, text } = second.answer;
  if (status !== example.status && !(isDone && status === settled))
    return { kind: 'no recovery', detail: `${isDone ? 'done' : 'not done'}, then ${status}: ${text.slice(0, 200)}` };
  const total = known(sumOf(seen.effect, second.effect));
  if (isSame(without(total, more), without(wanted, more))) return;
  return { kind: 'doubled', detail: `${say(total)} instead of ${say(wanted)}` };
}

const isToldToBeginAnew = ({ answer: { status, headers } }: Observed): boolean =>
  status === 503 || /[?&]error=/.test(headers.get('Location') ?? '');

function sumOf(one: Effect, other: Effect): Effect {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
