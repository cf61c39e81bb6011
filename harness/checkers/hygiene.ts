/**
 * When everything is over nothing is left: LLM calls, sockets of the target and connections to the database are
 * back at what they were before. And while it lasts, no reader connects again and again without getting anything.
 */

import type { RecordedOf } from '../history/events.ts';
import type { PlayChecker, Violation } from './checker.ts';
import type { Moment } from './moment.ts';
import type { View } from './view.ts';

/**
 * Streams in a row that ended cleanly without a new unit of text, and the time in which more are a storm, ms. Who waits
 * for longer and longer between them never comes near it; who waits for half a second each time stays below.
 */
const STORM = { streams: 20, within: 10_000 };

type Gauges = RecordedOf<'gauge'>[];

export const hygiene: PlayChecker<Gauges, 'gauge'> = {
  id: 'hygiene',
  key: 'play',
  holds: 'in the end nothing is left open, and nobody reconnects for ever without getting anything',
  clauses: {
    'llm-calls': 'LLM calls are back at their baseline',
    'target-sockets': "the target's sockets are back at their baseline",
    'database-connections': 'database connections are back at their baseline',
    'reconnect-storm': `no view goes through more than ${STORM.streams} streams in a row without new text within ${STORM.within} ms`,
  },
  on: ['gauge'],
  init: () => [],
  step(gauges, event) {
    gauges.push(event);
    return gauges;
  },
  merge(a, b) {
    return [...a, ...b];
  },
  verdict(gauges, { generations }) {
    const ends = gauges.filter(({ when }) => when === 'end');
    const violations: Violation[] = [];
    const names = new Set(gauges.map(({ name }) => name));
    const counted = new Set(ends.map(({ name }) => name));
    const missing = new Set<string>();
    for (const name of counted) {
      // It is counted again before whatever would hide what was left until then.
      const end = ends.filter((gauge) => gauge.name === name).reduce((a, b) => (b.value > a.value ? b : a));
      const baselines = gauges.filter((gauge) => gauge.name === name && gauge.when === 'baseline');
      const baseline = Math.max(...baselines.map(({ value }) => value));
      if (baselines.length === 0) missing.add(name);
      else if (end.value > baseline) {
        violations.push({
          clause: name,
          expected: `${baseline}`,
          actual: `${end.value}`,
          place: 'target',
          where: name,
          evidence: [...baselines, end].map(({ source, seq }) => `${source}#${seq}`),
        });
      }
    }
    const views = [...generations.values()].flatMap((generation) => [...generation.views.values()]);
    const streaming = views.filter(({ streams }) => streams.length > 0);
    violations.push(...streaming.flatMap(storms));
    const uncounted = [...names].filter((name) => !counted.has(name));
    const doubts = [
      ...(missing.size > 0 ? [`no baseline of ${[...missing].join(', ')}`] : []),
      ...(uncounted.length > 0 ? [`${uncounted.join(', ')} not counted in the end`] : []),
    ];
    return {
      samples: ends.length + streaming.length,
      violations,
      ...(doubts.length > 0 && { inconclusive: doubts.join('; ') }),
    };
  },
};

/** What broke, was refused, or was closed by the reader itself is not counted: outages end in many such streams. */
function storms(view: View): Violation[] {
  /** When the streams in vain since the last new text were opened. */
  let vain: Moment[] = [];
  for (const { advanced, opened, closed } of view.streams) {
    if (advanced !== null) vain = [];
    else if (closed?.why === 'eof' || closed?.why === 'terminal') vain.push(opened);
    const first = vain.at(-1 - STORM.streams);
    if (!first || opened.t + opened.err - (first.t - first.err) > STORM.within) continue;
    return [
      {
        clause: 'reconnect-storm',
        expected: `at most ${STORM.streams} streams in a row without new text within ${STORM.within} ms`,
        actual: `${STORM.streams + 1} within ${Math.round(opened.t - first.t)} ms, of ${view.streams.length} in all`,
        place: 'page',
        where: view.name,
        evidence: [first.ref, opened.ref],
      },
    ];
  }
  return [];
}
