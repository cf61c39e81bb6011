/** Whether objectives were met. A figure without samples is unknown: it is never met, and never missed. */
import type { Attainment } from '../runs/load-results.ts';
import type { Latencies } from './engine/latencies.ts';
import type { Tally } from './engine/tally.ts';
import type { Figure, Objective } from './objectives.ts';

export interface Measured {
  latencies: Latencies;
  /** Over all behaviours. */
  total: Tally;
}

export function attain(objectives: readonly Objective[], measured: Measured): Attainment[] {
  return objectives.map((objective) => {
    const value = reached(objective.figure, measured);
    if (value === undefined) return { objective: objective.text, value: null, verdict: 'unknown' };
    return { objective: objective.text, value, verdict: holds(value, objective) ? 'met' : 'missed' };
  });
}

function reached(figure: Figure, { latencies, total }: Measured): number | undefined {
  if (figure.of === 'latency') {
    if (typeof figure.at === 'number') return latencies.at(figure.name, figure.at);
    return latencies.summary(figure.name)?.[figure.at];
  }
  switch (figure.name) {
    case 'goodput':
      return total.measured === 0 ? undefined : total.good / total.measured;
    case 'visits':
      return total.visits;
    default:
      // Of nobody who came nothing can be said, not even that nothing was lost.
      return total.visits === 0 ? undefined : total[figure.name];
  }
}

function holds(value: number, { comparison, limit }: Objective): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '==':
      return value === limit;
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
  }
}
