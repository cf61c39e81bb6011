/**
 * A generation ends once: all places, whenever they are asked, name the same terminal state; none says
 * `generating` after an end was told; and no text comes after it. A connection that has
 * told the end tells nothing more: no text, and not the end for a second time.
 *
 * Where another attempt was asked for (regenerate, continue), what was said before the request is of the one
 * before and is not compared.
 */
import { TERMINAL_STATES } from '../history/events.ts';
import { showAnomaly } from './anomaly.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation, Word } from './generation.ts';
import { certainlyBefore, type Instant, latest } from './moment.ts';
import { startOf } from './operations.ts';
import type { PlayFacts } from './play-facts.ts';

export const oneTerminal: SendChecker<null> = {
  id: 'one-terminal',
  key: 'send',
  holds: 'an answer ends once, in one state, and nothing comes after',
  clauses: {
    single: 'all places name the same terminal state',
    'no-return': 'no place says generating after an end was told',
    'nothing-after': 'no text comes after the end',
    'told-once': 'a connection tells the end once',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const words = comparableWords(generation, play);
    const terminal = words.filter(({ state }) => TERMINAL_STATES.has(state));
    const [first] = terminal;
    if (!first) return { samples: 0, violations: [] };
    const violations: Violation[] = [];
    const blame = (clause: string, expected: string, word: Word) =>
      violations.push({
        clause,
        expected,
        actual: `${word.state}, says ${word.where}`,
        place:
          word.from === 'row' ? 'database' : word.from === 'page' || word.from === 'view' ? 'page' : 'target',
        where: word.where,
        evidence: [first.at.ref, word.at.ref],
      });
    const other = terminal.find(({ state }) => state !== first.state);
    if (other) blame('single', `${first.state}, says ${first.where}`, other);
    // Whether a page was right to hold the answer for ended is the matter of truthful-status.
    const told = terminal.find(({ from }) => from !== 'view' && from !== 'page');
    const back =
      told && words.find(({ state, asked }) => state === 'generating' && certainlyBefore(told.at, asked));
    if (back) blame('no-return', `${told.state} for ever, says ${told.where}`, back);
    for (const view of generation.views.values()) {
      for (const anomaly of view.anomalies()) {
        if (anomaly.kind !== 'after-end') continue;
        violations.push({
          clause: 'nothing-after',
          expected: 'no text after the end',
          actual: showAnomaly(anomaly),
          place: 'delivery',
          where: view.name,
          evidence: [anomaly.evidence],
        });
      }
    }
    return { samples: terminal.length, violations: [...violations, ...toldAgain(generation)] };
  },
};

/** By more terminal words of an actor than it had streams open while they came. */
function toldAgain(generation: Generation): Violation[] {
  const streams = [...generation.views.values()].flatMap((view) =>
    view.streams.map((stream) => ({ ...stream, view })),
  );
  const words = generation.terminalWords().filter(({ from }) => from === 'stream');
  return streams.flatMap(({ id, view, opened, closed }) => {
    const within = ({ t }: Instant) => opened.t <= t && t <= (closed?.at.t ?? Number.POSITIVE_INFINITY);
    const told = words.filter(({ actor, at }) => actor === view.actor && within(at));
    if (told.length < 2) return [];
    const open = streams.filter(
      (other) =>
        other.view.actor === view.actor &&
        (within(other.opened) ||
          (other.opened.t <= opened.t && !(other.closed && other.closed.at.t < opened.t))),
    );
    if (told.length <= open.length) return [];
    return [
      {
        clause: 'told-once',
        expected: 'one terminal event, and then the end of the stream',
        actual: told.map(({ state }) => state).join(', then '),
        place: 'target' as const,
        where: `stream ${id} of ${view.name}`,
        evidence: told.map(({ at }) => at.ref),
      },
    ];
  });
}

function comparableWords(generation: Generation, play: PlayFacts): Word[] {
  const words = generation.words();
  const again = latest(
    play
      .of('send', generation.spec.seed)
      .filter(({ causes }) => causes)
      .map(startOf),
  );
  return again ? words.filter(({ asked }) => certainlyBefore(again, asked)) : words;
}
