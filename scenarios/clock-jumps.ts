import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, midStream, watchHeld } from './steps.ts';

const HOUR = 3_600_000;
/** As a time server corrects a clock that had gone wrong. */
const STEP = 7_000;
/** Both look for what nobody holds, several times: a target that is to end it within seconds looks every second or so. */
const SWEEPS_MS = 3_000;

export const clockJumps = defineScenario<{ at: number; sparedAt: number }>({
  id: 'clock-jumps',
  title: 'Wall clocks jump, forward and back',
  about:
    'Of two instances of the server, each with an answer in the middle, the wall clock of one jumps ahead by an hour ' +
    "and the other's back by one. Then one is killed: its answer must be ended by the other, whose clock is wrong; " +
    'it comes back with the true time, and nobody may end the answer that still streams. At last that clock is set ' +
    'right in steps of seconds and of hours.',
  drivers: ['api'],
  alone: true,
  instances: 2,
  feeds: FED_BY_ASKING,
  needs: ({ clock, afterCrash }) => {
    if (clock === undefined) return 'the wall clock of the target cannot be moved';
    return afterCrash === 'nothing' ? 'the target promises nothing after a crash' : null;
  },
  questions: { spared: { chunks: [60, 80] }, orphaned: { chunks: [40, 80] } },
  points: (draw, { spared, orphaned }) => ({
    sparedAt: midStream(draw, spared!, 51),
    at: midStream(draw, orphaned!, 10),
  }),
  strikes: ({ at, sparedAt }) => [
    `the clock of one jumps an hour back after its chunk ${sparedAt}, the other's an hour ahead after its chunk ${at}`,
    `SIGKILL of the other after its chunk ${at + 5}`,
  ],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'clock' },
    { goal: 'fault-struck', fault: 'clock-2' },
    { goal: 'fault-struck', fault: 'kill' },
    { goal: 'mid-stream', f: 'jump', send: send('spared') },
    { goal: 'mid-stream', f: 'jump', send: send('orphaned') },
    { goal: 'mid-stream', f: 'kill', send: send('orphaned') },
  ],
  async play(stage, { at, sparedAt }) {
    const [spared, orphaned] = [stage.question('spared'), stage.question('orphaned')];
    const [laptop, phone] = [await stage.device('laptop'), await stage.device('phone')];
    await phone.route(1);
    const [atDesk, onTheWay] = [await laptop.openTab(), await phone.openTab()];
    const [tides, kelp] = [await atDesk.createSession('tides'), await onTheWay.createSession('kelp')];
    await askWatched(stage, atDesk, tides, spared, sparedAt);
    await watchHeld(stage, atDesk, spared, sparedAt);
    await askWatched(stage, onTheWay, kelp, orphaned, at);
    await watchHeld(stage, onTheWay, orphaned, at);
    let said = sparedAt;
    const goesOn = async () => {
      said += 5;
      await stage.llm.holdAt(spared, said);
      await atDesk.sees(spared, said);
    };

    await stage.target.setClock(HOUR, 1);
    await stage.llm.holdAt(orphaned, at + 5);
    await watchHeld(stage, onTheWay, orphaned, at + 5);
    await goesOn();
    await stage.target.setClock(-HOUR, 0);
    await goesOn();
    await stage.pass(SWEEPS_MS);
    await goesOn();

    // Ended at all, it was swept by the one that is left: so that one sweeps, and what it holds itself is alive.
    await phone.route(0);
    await stage.target.kill('SIGKILL', 1);
    await stage.llm.release(orphaned);
    await onTheWay.finished(orphaned);
    await goesOn();
    // Its first sweep comes as it starts, with the true time.
    await stage.target.setClock(0, 1);
    await stage.target.restart(1);
    await goesOn();
    for (const ahead of [STEP, -STEP, HOUR, 0]) {
      await stage.target.setClock(ahead, 0);
      await goesOn();
    }
    await stage.llm.release(spared);
    await atDesk.finished(spared);
  },
});
