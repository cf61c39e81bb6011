/** How a worker itself is: what it uses, and how late its event loop is. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { now } from '../../history/index.ts';
import type { Beat } from './messages.ts';

export class Pulse {
  private readonly loop = monitorEventLoopDelay({ resolution: 5 });
  private cpu = process.cpuUsage();
  private at = now();

  constructor() {
    this.loop.enable();
  }

  /** Since it was last taken. */
  take(): Pick<Beat, 'loop' | 'cpu' | 'memory'> {
    const at = now();
    const { user, system } = process.cpuUsage(this.cpu);
    const cpu = (user + system) / 1_000 / Math.max(1, at - this.at);
    this.cpu = process.cpuUsage();
    this.at = at;
    const loop = { p99: this.loop.percentile(99) / 1e6, max: this.loop.max / 1e6 };
    this.loop.reset();
    return { loop, cpu, memory: process.memoryUsage.rss() };
  }
}
