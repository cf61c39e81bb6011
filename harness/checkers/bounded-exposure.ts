/**
 * What somebody has seen is saved, but for the checkpoint interval: a snapshot of the database that was begun
 * after a view received chunk k lacks at most that many of the chunks up to k, and a crash costs no more.
 *
 * What a view had is taken at the last instant that was certainly before the snapshot. After a further attempt
 * (a re-run, a regeneration) the row starts anew and is compared with views of that attempt only.
 */
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import { longestHad } from './had.ts';
import { crashesIn } from './mishaps.ts';
import { latest } from './moment.ts';
import { chunkOf, showPosition } from './position.ts';

export const boundedExposure: SendChecker<null> = {
  id: 'bounded-exposure',
  key: 'send',
  holds: 'at any time the database lacks at most the checkpoint interval of what has been seen',
  clauses: {
    snapshot: 'a snapshot begun after a view had chunk k lacks at most the checkpoint interval up to k',
    crash: 'after a crash the database lacks at most the checkpoint interval of what a view had before it',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const interval = play.plan?.target.capabilities.checkpointEvery;
    if (interval === null || interval === undefined) return { samples: 0, violations: [] };
    const crash = latest(crashesIn(generation, play));
    let samples = 0;
    const violations: Violation[] = [];
    for (const row of generation.rows) {
      const seen = longestHad(generation, row, row.asked);
      if (!seen) continue;
      samples++;
      if (seen.chunks - chunkOf(row.reading.reached) <= interval) continue;
      const afterCrash = crash !== undefined && crash.t < row.asked.t;
      violations.push({
        clause: afterCrash ? 'crash' : 'snapshot',
        expected: `at most ${interval} chunks less than the ${seen.chunks} that ${seen.view.name} had before`,
        actual: row.state === 'absent' ? 'no row' : `up to ${showPosition(row.reading.reached)}`,
        place: 'database',
        where: 'database',
        evidence: [row.at.ref, seen.view.opened.ref],
      });
    }
    return { samples, violations };
  },
};
