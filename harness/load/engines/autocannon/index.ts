/**
 * The short requests of a chat, by autocannon: polling, lists, replay of finished answers. It is fast where an answer
 * is read whole and at once; of answers that come piece by piece it sees nothing, and of connections that break it
 * loses track, so that faults are not for it.
 */
import type { Options } from 'autocannon';
import { HoldfastError } from '../../../errors.ts';
import { now } from '../../../history/index.ts';
import { SILENCE } from '../../engine/context.ts';
import { noCounts } from '../../engine/counts.ts';
import { ask, type Way } from '../../engine/exchange.ts';
import { Latencies } from '../../engine/latencies.ts';
import { Pulse } from '../../engine/pulse.ts';
import { emptyTally, type Tally } from '../../engine/tally.ts';
import { rowsOf } from '../../outcome.ts';
import { loadRow } from '../../saturation.ts';
import { Series } from '../../series.ts';
import type { Engine, EngineSetup, Played, Playing } from '../engine.ts';
import { askBy } from './asking.ts';
import { doings, type ShortDoing } from './doings.ts';
import { Ledger } from './ledger.ts';
import { type Held, lastNews } from './news.ts';
import { type Seat, takeSeats } from './seat.ts';
import { sharesOf } from './shares.ts';
import { tallied } from './tallying.ts';

/** Finished answers that are asked for by turns. */
const FINISHED = 50;
/** A live answer lasts for so much longer than it is asked for, and for so many chunks more. */
const LONGER = 2;
const SPARE_CHUNKS = 1_000;

export const autocannonEngine: Engine = {
  id: 'autocannon',
  what: 'short requests (status, lists, replay of finished answers), each answer compared with the oracle',
  driver: 'autocannon',
  doings,
  mix: { status: 40, revalidate: 20, messages: 15, sessions: 5, replay: 20 },
  fed: new Set(['one-generation']),

  refuses({ plan, faults, target }) {
    const { arrivals, mix, users } = plan;
    const wanted = doings.filter(({ id }) => (mix[id] ?? 0) > 0);
    if (faults.length > 0)
      return 'plays no faults: it loses track of connections that break. Leave --fault out';
    if (arrivals.kind !== 'closed' && arrivals.kind !== 'constant')
      return `knows --arrivals closed and constant, not ${arrivals.kind}`;
    if (arrivals.kind === 'constant' && arrivals.rate < users)
      return `makes at least one request a second on each connection: --rate ${arrivals.rate} is fewer than the ${users} users`;
    if (users < wanted.length) return `needs a user for each of ${wanted.map(({ id }) => id).join(', ')}`;
    if ((mix.sessions ?? 0) > 0 && !target.sessions)
      return `cannot list the sessions of ${target.name}: say --mix without them`;
    return null;
  },

  find: async () => ({ ok: true, why: 'it is part of holdfast' }),

  async begin(setup): Promise<Playing> {
    const series = new Series();
    const ledger = new Ledger();
    let stop: (() => void) | undefined;
    return {
      series,
      tell: (event) => ledger.tell(event),
      play: () => play(setup, series, ledger, (how) => (stop = how)),
      close: async () => stop?.(),
    };
  },
};

interface Share {
  doing: ShortDoing;
  connections: number;
  seats: Seat[];
  tally: Tally;
  /** What those who ask for news hold. */
  held: Held[];
}

async function play(
  setup: EngineSetup,
  series: Series,
  ledger: Ledger,
  onStop: (stop: () => void) => void,
): Promise<Played> {
  const { plan, stack, target, signal } = setup;
  // Only whoever plays it has to wait until it is loaded.
  const { default: autocannon } = await import('autocannon');
  const began = now();
  const { hostname: host, port } = new URL(stack.target.url);
  const way: Way = { host, port: Number(port), headers: target.users[0].headers };
  const shares = await seated(setup, way);
  signal.throwIfAborted();

  const start = now();
  const measuredFrom = start + plan.warmup;
  const beat = beating(series, start, shares);
  const instances = shares.map((share) => {
    const { doing, seats, tally, connections } = share;
    let taken = 0;
    const over = Promise.withResolvers<void>();
    const words: Options = {
      url: stack.target.url,
      connections,
      // Seconds; what was asked for goes on a little, so that no second is cut short.
      duration: Math.ceil((plan.warmup + plan.duration) / 1_000),
      timeout: SILENCE / 1_000,
      ...(plan.arrivals.kind === 'constant' && {
        overallRate: Math.max(connections, Math.round((plan.arrivals.rate * connections) / plan.users)),
      }),
      setupClient(client) {
        const seat = seats[taken++ % seats.length]!;
        const asker = { target, way, seat, seats, isOver: (send: number) => ledger.isOver(send) };
        const tag = askBy(client, doing, asker, (outcome) => {
          beat.counts.begun += 1;
          tallied(tally, doing, outcome, now() >= measuredFrom);
          if (outcome.is === 'judged') {
            beat.counts.judged += 1;
            if (doing.whole) beat.counts.chunks += seat.question.spec.chunks;
          }
          if (outcome.is === 'refused') beat.counts.refused += 1;
          if (outcome.is === 'lost-track') beat.counts.broken += 1;
        });
        if (doing.revalidates) share.held.push({ asker, tag });
      },
    };
    const instance = autocannon(words, (error) => (error ? over.reject(error) : over.resolve()));
    instance.on('response', (_client, _status, _bytes, ms) => {
      if (now() >= measuredFrom) beat.latencies.record(doing.id, ms);
    });
    return { instance, over: over.promise };
  });
  onStop(() => {
    for (const { instance } of instances) (instance as unknown as { stop(): void }).stop();
  });
  try {
    await Promise.all(instances.map(({ over }) => over));
  } finally {
    beat.stop();
  }
  for (const { doing, tally, held } of shares)
    for (const one of held) tallied(tally, doing, await lastNews(doing, one, way), true);
  await stopLive(setup, way, shares, ledger);

  const tallies: Record<string, Tally> = {};
  for (const { doing, tally, seats } of shares) {
    if (tally.passed + tally.failed === 0) {
      tally.unknown += 1;
      tally.reasons.push(`none of ${tally.visits} requests got an answer that could be judged`);
    }
    ledger.judge(
      tally,
      seats.map(({ question }) => question.spec.seed),
    );
    tallies[doing.id] = tally;
  }
  const durationMs = Math.round(now() - began);
  const { row, saturated } = loadRow(plan, series, [], [], durationMs);
  const rows = [...rowsOf(autocannonEngine, plan, tallies, { late: [], tardy: [] }, durationMs), row];
  return { tallies, strikes: [], rows, saturated };
}

/** Makes what is to be asked for. Each live answer has one connection: who asks twice at once may hear the older last. */
async function seated({ plan, target }: EngineSetup, way: Way): Promise<Share[]> {
  const counts = sharesOf(
    plan.users,
    plan.mix,
    doings.map(({ id }) => id),
  );
  const { pace } = plan.answers;
  const gap = typeof pace === 'string' ? 50 : Math.max(pace.gap, 5);
  const lasting = Math.ceil(((plan.warmup + plan.duration) * LONGER) / gap) + SPARE_CHUNKS;
  const speaking = { ...plan, answers: { chunks: lasting, pace: { first: 0, gap } } };
  const spoken = { ...plan, answers: { ...plan.answers, pace: { first: 0, gap: 0 } } };
  const shares: Share[] = [];
  let first = 0;
  for (const doing of doings) {
    const connections = counts[doing.id] ?? 0;
    if (connections === 0) continue;
    const count = doing.live ? connections : Math.min(connections, FINISHED);
    const seats = await takeSeats(
      { target, way, plan: doing.live ? speaking : spoken, first, count },
      doing.live,
    );
    first += count;
    shares.push({ doing, connections, seats, tally: { ...emptyTally(), answers: count }, held: [] });
  }
  return shares;
}

/** Each second. */
function beating(series: Series, start: number, shares: readonly Share[]) {
  const counts = noCounts();
  const pulse = new Pulse();
  const latencies = new Latencies();
  const beat = () => {
    const { loop, cpu, memory } = pulse.take();
    // Who asks again as soon as it can is late by what its event loop is.
    latencies.record('lateness', loop.p99);
    const lost = shares.reduce((sum, { tally }) => sum + tally.lost, 0);
    const visits = shares.reduce((sum, { connections }) => sum + connections, 0);
    const at = now() - start;
    series.push(0, {
      at,
      counts: { ...counts },
      latencies: latencies.take(),
      loop,
      cpu,
      memory,
      visits,
      lost,
    });
  };
  const timer = setInterval(beat, 1_000);
  return {
    counts,
    latencies,
    stop() {
      clearInterval(timer);
      beat();
    },
  };
}

async function stopLive({ target, plan }: EngineSetup, way: Way, shares: readonly Share[], ledger: Ledger) {
  const live = shares.flatMap(({ doing, seats }) => (doing.live ? seats : []));
  for (const { session, message } of live) {
    const answer = await ask(way, target.stop!({ session, message }), SILENCE);
    if (answer.status >= 300)
      throw new HoldfastError('HF_LOAD_SEATS', {
        what: `an answer could not be stopped: status ${answer.status}`,
      });
  }
  const seeds = live.map(({ question }) => question.spec.seed);
  await ledger.over(seeds, plan.bounds.cancel);
}
