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

export class Latencies {
  private readonly histograms = new Map<string, Histogram>();

  /** @param ms not negative; more than an hour counts as an hour */
  record(name: string, ms: number): void {
    this.of(name).recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(ms * 1_000))));
  }

  private of(name: string): Histogram {
    let histogram = this.histograms.get(name);
    if (!histogram) {
      histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_US });
      this.histograms.set(name, histogram);
    }
    return histogram;
  }

  merge(encoded: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(encoded)) this.of(name).add(decodeFromCompressedBase64(text));
  }

  encode(): Record<string, string> {
    return Object.fromEntries(
      [...this.histograms].map(([name, histogram]) => [name, encodeIntoCompressedBase64(histogram)]),
    );
  }

  names(): string[] {
    return [...this.histograms.keys()].sort();
  }

  count(name: string): number {
    return this.histograms.get(name)?.totalCount ?? 0;
  }

  /** ms; undefined without samples. @param quantile 0 … 1 */
  at(name: string, quantile: number): number | undefined {
    const histogram = this.histograms.get(name);
    if (!histogram || histogram.totalCount === 0) return undefined;
    return histogram.getValueAtPercentile(quantile * 100) / 1_000;
  }

  /** ms; undefined without samples. */
  summary(name: string): { n: number; min: number; mean: number; max: number } | undefined {
    const histogram = this.histograms.get(name);
    if (!histogram || histogram.totalCount === 0) return undefined;
    return {
      n: histogram.totalCount,
      min: histogram.minNonZeroValue / 1_000,
      mean: histogram.mean / 1_000,
      max: histogram.maxValue / 1_000,
    };
  }
}
