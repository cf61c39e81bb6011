/** What is shown of a load run while it goes on; on standard error, for standard output is the results'. */

import { liveLine } from '../../reports/load-live.ts';
import { createProgress } from '../../reports/progress.ts';
import type { LoadListener } from '../load/load.ts';

export function watchLoad(): LoadListener {
  const progress = createProgress(process.stderr);
  return {
    onPlan({ seed, command, lines }) {
      progress.line(`seed ${seed} · repeat: ${command}`);
      for (const line of lines) progress.line(`  ${line}`);
    },
    onNote: (line) => progress.line(line),
    onLevel: (level) => progress.line(`level ${level}`),
    onSecond(series, plan, workers) {
      const second = series.latest(workers);
      if (!second) return;
      const total = Math.round((plan.warmup + plan.duration) / 1_000);
      progress.update({ done: Math.min(second.at, total), total, current: liveLine(second) });
    },
  };
}
