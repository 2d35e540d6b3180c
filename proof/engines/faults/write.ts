import { entryOf, wayOf } from '../../../test/contract/register.ts';
import type { Fault } from '../../support/database-proxy.ts';
import { type Call, faultOfUnavailable, findLeak, type Observed, observe } from './call.ts';
import { describe, type Effect, isNothing, isSame, without } from './snapshot.ts';

/** The fault of a case. */
export type Verdict = { kind: string; detail: string };

export const failAt =
  (fault: Fault, at: number) =>
  (peer: string, before: number): Fault | undefined =>
    peer === 'database' && before === at ? fault : undefined;

/** Finds the fault of a response to a call that may succeed. */
export function faultOfAnswer({ operation, example }: Call, { answer, isInTime }: Observed): Verdict | undefined {
  const leak = findLeak(answer);
  if (leak && answer.status !== example.status) return { kind: 'leaked', detail: leak };
  if (!isInTime && !entryOf(operation.id).hasLongDeadline)
    return { kind: 'held', detail: 'no answer came before the call was aborted' };
  if (answer.status === example.status) return;
  const fault = faultOfUnavailable(answer);
  return fault ? { kind: 'answer', detail: `${fault}: ${answer.text.slice(0, 200)}` } : undefined;
}

/** Retries a write whose first attempt met a fault, and compares the effect with that of a write without a fault. */
export async function judgeWrite(call: Call, seen: Observed, reference: Effect): Promise<Verdict | undefined> {
  const wrong = faultOfAnswer(call, seen);
  if (wrong) return wrong;
  const { name, example } = call;
  const [wanted, first] = [without(reference), without(seen.effect)];
  const isDone = isSame(first, wanted);
  const { settled, more = [], isBegunAnew } = wayOf(name).again ?? {};
  if (isBegunAnew && !isDone)
    return tellsToStartAgain(seen) ? undefined : { kind: 'half done', detail: describe(first) };
  if (seen.answer.status === example.status) {
    if (isDone) return;
    const kind = isNothing(first) ? 'acknowledged and lost' : 'acknowledged, and not as without the fault';
    return { kind, detail: `${describe(first)} instead of ${describe(wanted)}` };
  }
  if (!isDone && !isNothing(first)) return { kind: 'half done', detail: `${describe(first)} of ${describe(wanted)}` };

  const second = await observe(call);
  const { status, text } = second.answer;
  if (status !== example.status && !(isDone && status === settled))
    return { kind: 'no recovery', detail: `${isDone ? 'done' : 'not done'}, then ${status}: ${text.slice(0, 200)}` };
  const total = without(sumOf(seen.effect, second.effect));
  if (isSame(without(total, more), without(wanted, more))) return;
  return { kind: 'doubled', detail: `${describe(total)} instead of ${describe(wanted)}` };
}

const tellsToStartAgain = ({ answer: { status, headers } }: Observed): boolean =>
  status === 503 || /[?&]error=/.test(headers.get('Location') ?? '');

function sumOf(one: Effect, other: Effect): Effect {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
