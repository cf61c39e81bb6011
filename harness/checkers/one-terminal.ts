/**
 * A generation ends once: all places, whenever they are asked, name the same terminal state; none says
 * `generating` after an end was told; and no text comes after it.
 *
 * Where another attempt was asked for (regenerate, continue), what was said before the request is of the one
 * before and is not compared.
 */
import { TERMINAL_STATES } from '../history/events.ts';
import { showAnomaly } from './anomaly.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation, Word } from './generation.ts';
import { certainlyBefore, latest } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';
import { startOf } from './play-facts.ts';

export const oneTerminal: SendChecker<null> = {
  id: 'one-terminal',
  key: 'send',
  holds: 'an answer ends once, in one state, and nothing comes after',
  clauses: {
    single: 'all places name the same terminal state',
    'no-return': 'no place says generating after an end was told',
    'nothing-after': 'no text comes after the end',
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
    return { samples: terminal.length, violations };
  },
};

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
