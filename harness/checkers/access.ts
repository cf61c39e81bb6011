/**
 * Another user's session can be neither read, resumed nor stopped, and a cursor that is foreign, past the end or
 * nonsense is answered with a clear error (4xx), never with an empty success that looks like an answer without
 * news. Judged from the operations that a scenario declares hostile.
 */

import type { RecordedOf } from '../history/events.ts';
import type { PlayChecker, Violation } from './checker.ts';

type HostileEvent = RecordedOf<'invoke' | 'ok' | 'fail' | 'info'>;
type Attacks = Map<string, { invoke?: HostileEvent; outcome?: HostileEvent }>;

export const access: PlayChecker<Attacks, HostileEvent['type']> = {
  id: 'access',
  key: 'play',
  holds:
    "another user's answers and nonsense cursors get a clear error, never content and never an empty success",
  clauses: {
    content: 'nothing of another user is read or resumed',
    effect: 'nothing of another user is stopped or changed',
    'empty-success': 'a foreign or nonsense cursor is not answered by an empty success',
    'clear-error': 'a refusal is a 4xx, not a failure and not silence',
  },
  on: ['invoke', 'ok', 'fail', 'info'],
  init: () => new Map(),
  step(attacks, event) {
    if (event.hostile === undefined) return attacks;
    const attack = attacks.get(event.op) ?? {};
    if (event.type === 'invoke') attack.invoke = event;
    else attack.outcome = event;
    return attacks.set(event.op, attack);
  },
  merge(a, b) {
    for (const [op, attack] of b) a.set(op, { ...a.get(op), ...attack });
    return a;
  },
  verdict(attacks, { play }) {
    const over = play.phases.has('done');
    const unheard = [...attacks.values()].filter(
      ({ outcome }) => outcome?.type === 'info' || (!outcome && !over),
    );
    const violations = [...attacks.values()].flatMap(({ invoke, outcome }) => judge(invoke, outcome, over));
    return {
      samples: attacks.size,
      violations,
      ...(unheard.length > 0 && {
        inconclusive: `nobody knows what came of ${unheard.length} hostile operations`,
      }),
    };
  },
};

function judge(
  invoke: HostileEvent | undefined,
  outcome: HostileEvent | undefined,
  over: boolean,
): Violation[] {
  const event = outcome ?? invoke;
  if (!event || outcome?.type === 'info') return [];
  const blame = (clause: string, actual: string): Violation[] => [
    {
      clause,
      expected: 'a 4xx that says why',
      actual,
      place: 'target',
      where: `${event.f} by ${event.actor} (${event.hostile})`,
      evidence: [...(invoke ? [invoke] : []), ...(outcome ? [outcome] : [])].map(
        ({ source, seq }) => `${source}#${seq}`,
      ),
    },
  ];
  if (!outcome) return over ? blame('clear-error', 'no answer at all') : [];
  if (outcome.type === 'fail') {
    const { http } = outcome;
    if (http !== undefined && http >= 400 && http < 500) return [];
    return blame('clear-error', http === undefined ? `no status: ${outcome.reason}` : `status ${http}`);
  }
  if (outcome.type !== 'ok') return [];
  if ((outcome.length ?? 0) > 0) return blame('content', `${outcome.length} units of text`);
  if (outcome.f === 'stop' || outcome.f === 'send') return blame('effect', `${outcome.f} took effect`);
  if (outcome.state !== undefined && outcome.state !== 'absent')
    return blame('content', `the state: ${outcome.state}`);
  return blame('empty-success', `${outcome.http ?? 'success'}, with nothing in it`);
}
