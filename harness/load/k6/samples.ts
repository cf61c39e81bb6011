/**
 * The raw output of k6 (`--out json`), sample by sample: its summary has lost what merging and judging need. One line
 * is one point of one metric; what a visit saw travels as metadata of one of them.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HoldfastError } from '../../errors.ts';

export interface Sample {
  metric: string;
  /** Wall-clock time, ms. */
  at: number;
  value: number;
  tags: Readonly<Record<string, string>>;
  metadata: Readonly<Record<string, string>>;
}

/** What one line says; null where it is no sample: a metric's definition, or a word that is not k6's output. */
export function sampleIn(line: string): Sample | null {
  if (!line.startsWith('{')) return null;
  const { type, metric, data } = JSON.parse(line) as {
    type: string;
    metric: string;
    data: { time: string; value: number; tags?: Record<string, string>; metadata?: Record<string, string> };
  };
  if (type !== 'Point') return null;
  const { time, value, tags, metadata } = data;
  return { metric, at: Date.parse(time), value, tags: tags ?? {}, metadata: metadata ?? {} };
}

/** Whether a line can matter here: k6's own metrics, the bulk of the output, are passed over unread. */
export function isOurs(line: string): boolean {
  const at = line.indexOf('"metric":"');
  return at >= 0 && OURS.some((name) => line.startsWith(name, at + 10));
}

const OURS = [
  'visits_begun"',
  'holdfast_history"',
  'first_chunk_ms"',
  'chunk_gap_ms"',
  'recovery_ms"',
  'switch_ms"',
  'lateness_ms"',
  'dropped_iterations"',
];

/** @param source lines of the output, as k6 writes them */
export async function* samplesOf(source: Readable): AsyncGenerator<Sample> {
  for await (const line of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!isOurs(line)) continue;
    const sample = sampleIn(line);
    if (sample) yield sample;
  }
}

/**
 * @param file `….json`, or `….json.gz`
 * @throws HF_MERGE where it cannot be read, or breaks off in the middle
 */
export async function* samplesIn(file: string): AsyncGenerator<Sample> {
  const raw = createReadStream(file);
  const source = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  if (source !== raw) raw.on('error', (error) => source.destroy(error));
  try {
    yield* samplesOf(source);
  } catch (error) {
    throw new HoldfastError('HF_MERGE', { what: `${file} cannot be read: ${(error as Error).message}` });
  }
}
