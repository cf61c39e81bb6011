/**
 * Latencies in HDR histograms, from a microsecond to an hour at three digits. They are kept in whole microseconds,
 * merge over processes and runs without loss, and travel as base64.
 */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

const LONGEST_US = 3_600_000_000;
/** So many are put into their histogram at once: for one alone it costs more to get there than to do it. */
const TOGETHER = 256;

/** A histogram, and what is to go into it, ms. */
class Recording {
  private readonly all = build({ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_US });
  private readonly waiting = new Float64Array(TOGETHER);
  private count = 0;

  add(ms: number): void {
    this.waiting[this.count++] = ms;
    if (this.count === TOGETHER) this.takeIn();
  }

  get histogram(): Histogram {
    this.takeIn();
    return this.all;
  }

  private takeIn(): void {
    for (let n = 0; n < this.count; n++)
      this.all.recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(this.waiting[n]! * 1_000))));
    this.count = 0;
  }
}

export class Latencies {
  private readonly recordings = new Map<string, Recording>();

  /** @param ms not negative; more than an hour counts as an hour */
  record(name: string, ms: number): void {
    this.of(name).add(ms);
  }

  private of(name: string): Recording {
    let recording = this.recordings.get(name);
    if (!recording) {
      recording = new Recording();
      this.recordings.set(name, recording);
    }
    return recording;
  }

  merge(encoded: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(encoded))
      this.of(name).histogram.add(decodeFromCompressedBase64(text));
  }

  encode(): Record<string, string> {
    return Object.fromEntries(
      [...this.recordings].map(([name, { histogram }]) => [name, encodeIntoCompressedBase64(histogram)]),
    );
  }

  /** The same of what was recorded since it was taken last. Histograms stay: a new one each second is 100 KB of garbage a name. */
  take(): Record<string, string> {
    const taken: Record<string, string> = {};
    for (const [name, { histogram }] of this.recordings) {
      if (histogram.totalCount === 0) continue;
      taken[name] = encodeIntoCompressedBase64(histogram);
      histogram.reset();
    }
    return taken;
  }

  names(): string[] {
    return [...this.recordings.keys()].sort();
  }

  count(name: string): number {
    return this.recordings.get(name)?.histogram.totalCount ?? 0;
  }

  /** ms; undefined without samples. @param quantile 0 … 1 */
  at(name: string, quantile: number): number | undefined {
    const histogram = this.recordings.get(name)?.histogram;
    if (!histogram || histogram.totalCount === 0) return undefined;
    return histogram.getValueAtPercentile(quantile * 100) / 1_000;
  }

  /** ms; undefined without samples. */
  summary(name: string): { n: number; min: number; mean: number; max: number } | undefined {
    const histogram = this.recordings.get(name)?.histogram;
    if (!histogram || histogram.totalCount === 0) return undefined;
    return {
      n: histogram.totalCount,
      min: histogram.minNonZeroValue / 1_000,
      mean: histogram.mean / 1_000,
      max: histogram.maxValue / 1_000,
    };
  }
}
