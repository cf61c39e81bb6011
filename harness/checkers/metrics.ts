/**
 * What is measured of a play. Figures, not verdicts: how long, how far behind, how much twice.
 *
 * - `time-to-first-chunk` (ms): from the send to the first chunk that any view had.
 * - `recovery-first-new`, `recovery-caught-up`, `recovery-finished` (ms): from the healing of a fault on the wire to
 *   the first new chunk of a view it had hit, to what the LLM had said at the healing, and to the end.
 * - `recovery-detected` (ms): from the healing to whoever lost the network noticing it, by the browser's word `online`
 *   or, without one, by the next attempt to connect; `recovery-from-detection` from there to the first new chunk.
 * - `reload-first-partial` (ms): from a reload to the first text of an answer that had begun before it.
 * - `switch-latency` (ms): from the switch to the session being shown.
 * - `durability-lag` (chunks) and `durability-age` (ms): how much of what the LLM had said a snapshot of the
 *   database lacks, and how old the oldest of it was.
 * - `thread-time` (ms): how long the thread of a page was busy from a question to the end of its answer, by chunks.
 * - `long-task` (ms): each time that the thread of a page was busy for longer than 50 ms in one go.
 * - `replay-cost` (ratio): units that an actor received again, by those that were new to it.
 */
import type { Metric } from './checker.ts';
import type { Generation } from './generation.ts';
import type { PlayFacts } from './play-facts.ts';
import { chunkOf } from './position.ts';
import type { View } from './view.ts';

type Samples = Map<string, { unit: Metric['unit']; values: number[] }>;

export function measure(generations: Iterable<Generation>, play: PlayFacts): Record<string, Metric> {
  const samples: Samples = new Map();
  const add = (name: string, unit: Metric['unit'], value: number) => {
    if (!Number.isFinite(value)) return;
    const entry = samples.get(name) ?? { unit, values: [] };
    entry.values.push(value);
    samples.set(name, entry);
  };
  for (const { invoked, outcome } of play.of('switch')) {
    if (invoked && outcome?.type === 'ok') add('switch-latency', 'ms', outcome.at.t - invoked.t);
  }
  for (const event of play.pages) if (event.type === 'long-task') add('long-task', 'ms', event.ms);
  for (const generation of generations) {
    reloads(generation, play, add);
    threadTime(generation, play, add);
    firstChunk(generation, play, add);
    recovery(generation, play, add);
    durability(generation, add);
    replay(generation, add);
  }
  return Object.fromEntries([...samples].map(([name, { unit, values }]) => [name, metricOf(unit, values)]));
}

/** Order statistics by nearest rank. */
function metricOf(unit: Metric['unit'], values: readonly number[]): Metric {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (quantile: number) =>
    sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? Number.NaN;
  return { unit, n: sorted.length, min: rank(0), p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

type Add = (name: string, unit: Metric['unit'], value: number) => void;

const GARBLES: ReadonlySet<string> = new Set(['withhold', 'repeat', 'swap', 'repeat-half', 'swap-halves']);

const livingViews = (generation: Generation): View[] =>
  [...generation.views.values()].filter(({ kind, fresh }) => kind === 'live' && !fresh);

function firstChunk(generation: Generation, play: PlayFacts, add: Add): void {
  const sent = play.of('send', generation.spec.seed).find(({ invoked }) => invoked)?.invoked;
  const first = Math.min(...livingViews(generation).map(({ growth }) => growth.firstTime));
  if (sent && first >= sent.t) add('time-to-first-chunk', 'ms', first - sent.t);
}

function recovery(generation: Generation, play: PlayFacts, add: Add): void {
  for (const view of livingViews(generation)) {
    for (const { kind, struck, healed } of play.faults.of(view.actor, generation.actors)) {
      // What only garbles a stream interrupts nothing that could recover.
      if (GARBLES.has(kind)) continue;
      const wasThere = struck && view.opened.t < struck.t && !(view.ends[0] && view.ends[0].at.t < struck.t);
      const stayed = healed && (view.closed === null || view.closed.at.t > healed.t);
      if (!wasThere || !stayed) continue;
      const { t } = healed;
      const had = view.growth.atLeastAt(t);
      const said = generation.callsInOrder().at(-1)?.emission.atLeastAt(t) ?? 0;
      // What was in flight when the network went away may still come in after it is back: that is no recovery.
      const reconnected = view.streams.filter(({ opened }) => opened.t >= struck.t);
      const firstNew = reconnected.find(({ advanced }) => advanced !== null)?.advanced;
      const renewed = firstNew ?? view.growth.reached(had + 1).by;
      add('recovery-first-new', 'ms', Math.max(0, renewed - t));
      const noticed = noticedAt(view, t, play);
      if (noticed !== undefined && noticed <= renewed) {
        add('recovery-detected', 'ms', Math.max(0, noticed - t));
        add('recovery-from-detection', 'ms', renewed - noticed);
      }
      // Who lacked nothing at the healing had nothing to catch up with.
      if (had < said) {
        const caughtUp = view.growth.reached(view.reading().truth.fewest(said)).by;
        add('recovery-caught-up', 'ms', Math.max(0, caughtUp - t));
      }
      if (view.ends[0]) add('recovery-finished', 'ms', Math.max(0, view.ends[0].at.t - t));
    }
  }
}

/** When whoever looks at the view learnt that the network is back, after `healed` (ms). */
function noticedAt(view: View, healed: number, play: PlayFacts): number | undefined {
  const said = play.pages.find(
    (event) =>
      event.type === 'network' && event.online && event.actor === view.actor && event.t + event.err >= healed,
  );
  return said?.t ?? view.streams.find(({ opened }) => opened.t >= healed)?.opened.t;
}

function reloads(generation: Generation, play: PlayFacts, add: Add): void {
  for (const { actor, invoked } of play.of('refresh')) {
    if (!invoked) continue;
    const after = livingViews(generation).filter(
      (view) => view.actor === actor && view.opened.t >= invoked.t && view.replaces,
    );
    const first = Math.min(...after.map(({ growth }) => growth.firstTime));
    add('reload-first-partial', 'ms', first - invoked.t);
  }
}

function threadTime(generation: Generation, play: PlayFacts, add: Add): void {
  for (const event of play.pages) {
    if (event.type !== 'page-work' || event.send !== generation.spec.seed) continue;
    const shown = livingViews(generation).filter(({ actor }) => actor === event.actor);
    const chunks = Math.max(0, ...shown.map(({ growth }) => growth.lastValue));
    if (chunks > 0) add('thread-time', 'ms', event.ms / chunks);
  }
}

function durability(generation: Generation, add: Add): void {
  for (const { reading, asked, final } of generation.rows) {
    const call = generation.callsInOrder().find(({ attempt }) => attempt === reading.attempt);
    if (final || !call) continue;
    const said = call.truth.fewest(call.emission.atLeastAt(asked.t));
    const lag = Math.max(0, said - chunkOf(reading.reached));
    add('durability-lag', 'chunks', lag);
    add(
      'durability-age',
      'ms',
      lag === 0 ? 0 : asked.t - call.emission.reached(chunkOf(reading.reached) + 1).by,
    );
  }
}

function replay(generation: Generation, add: Add): void {
  // How much text a page was given that renders it, it does not show.
  const views = livingViews(generation).filter(({ rendering }) => rendering === null);
  for (const actor of new Set(views.map((view) => view.actor))) {
    const own = views.filter((view) => view.actor === actor);
    const fresh = Math.max(...own.map(({ longest }) => longest));
    const received = own.reduce((sum, view) => sum + view.received, 0);
    if (fresh > 0) add('replay-cost', 'ratio', (received - fresh) / fresh);
  }
}
