/** One second of a load run in one line. */
import { SLOWEST_LOOP } from '../harness/load/saturation.ts';
import type { Second } from '../harness/runs/load-results.ts';

export function liveLine({ visits, streams, chunks, lost, latencies, loop }: Second): string {
  const { recovery } = latencies;
  const recovered = recovery ? ` · recovery ${ms(recovery.p50)}/${ms(recovery.p99)}` : '';
  return `${visits} visits, ${streams} streams, ${chunks} chunks/s · lost ${lost}${recovered} · loop ${ms(loop)}${loop > SLOWEST_LOOP ? ', saturated' : ''}`;
}

function ms(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
