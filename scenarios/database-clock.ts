/** The wall clock of the database jumps, as when it is set right, or after a failover to another machine. */

import type { TargetCapabilities } from '../harness/history/events.ts';
import { type AnyScenario, defineScenario, type Has } from '../harness/runs/scenario.ts';
import {
  askWatched,
  FED_BY_ASKING,
  FED_WITHOUT_SILENCE,
  heldInMidStream,
  midStream,
  ON_A_DATABASE,
  watchHeld,
} from './steps.ts';

const HOUR = 3_600_000;
/** Chunks that are said at a time: the checkpoint of many, so that nothing is left to be saved. */
const GOES_ON = 5;
/** Every instance looks for what nobody holds, several times: a target that is to end it within seconds looks every second or so. */
const SWEEPS_MS = 3_000;

const needs = (capabilities: TargetCapabilities, has: Has): string | null =>
  capabilities.afterCrash === 'nothing'
    ? 'the target promises nothing after a crash'
    : ON_A_DATABASE(capabilities, has);

const clockAhead = defineScenario<{ at: number; otherAt: number }>({
  id: 'database-clock-ahead',
  title: "The database's clock jumps ahead",
  about:
    'Each of two instances of the server has an answer in the middle when the wall clock of the database jumps ahead by ' +
    'an hour. Whatever was written down before is an hour old then, and both answers are alive: no instance may end ' +
    "the other's, neither then nor when the clock is set right.",
  drivers: ['api'],
  alone: true,
  movesDatabaseClock: 'for-certain',
  instances: 2,
  feeds: FED_WITHOUT_SILENCE,
  needs,
  questions: { one: { chunks: [50, 80] }, other: { chunks: [50, 80] } },
  points: (draw, { one, other }) => ({
    at: GOES_ON * draw.between(2, Math.floor(one! / GOES_ON) - 5),
    otherAt: GOES_ON * draw.between(2, Math.floor(other! / GOES_ON) - 5),
  }),
  strikes: ({ at, otherAt }) => [
    `the database's clock an hour ahead after chunk ${at} of one answer and ${otherAt} of the other, then set right`,
  ],
  coverage: () => [{ goal: 'fault-struck', fault: 'database-clock' }],
  async play(stage, { at, otherAt }) {
    const [one, other] = [stage.question('one'), stage.question('other')];
    const [laptop, phone] = [await stage.device('laptop'), await stage.device('phone')];
    await phone.route(1);
    const [atDesk, onTheWay] = [await laptop.openTab(), await phone.openTab()];
    const [tides, kelp] = [await atDesk.createSession('tides'), await onTheWay.createSession('kelp')];
    await askWatched(stage, atDesk, tides, one, at);
    await watchHeld(stage, atDesk, one, at);
    await askWatched(stage, onTheWay, kelp, other, otherAt);
    await watchHeld(stage, onTheWay, other, otherAt);
    let said = 0;
    const bothGoOn = async () => {
      said += GOES_ON;
      await Promise.all([stage.llm.holdAt(one, at + said), stage.llm.holdAt(other, otherAt + said)]);
      await Promise.all([atDesk.sees(one, at + said), onTheWay.sees(other, otherAt + said)]);
    };
    await bothGoOn();
    // What is still being written down when it jumps bears the new time already, and shows nothing.
    if (stage.capabilities.checkpointWithin !== null)
      await Promise.all([stage.saved(one, at + said), stage.saved(other, otherAt + said)]);
    await stage.database.setClock(HOUR);
    await stage.pass(SWEEPS_MS);
    await bothGoOn();
    await stage.database.setClock(0);
    await stage.pass(SWEEPS_MS);
    await bothGoOn();
    await Promise.all([stage.llm.release(one), stage.llm.release(other)]);
    await Promise.all([atDesk.finished(one), onTheWay.finished(other)]);
  },
});

const clockBehind = defineScenario<{ at: number }>({
  id: 'database-clock-behind',
  title: "The database's clock jumps back while the server is dead",
  about:
    'The server is killed by SIGKILL at an exact chunk, and when it comes back the wall clock of the database is an hour ' +
    'behind. What was written down as good for some seconds seems good for an hour: the answer must end within seconds.',
  drivers: ['api'],
  alone: true,
  movesDatabaseClock: 'for-certain',
  feeds: FED_BY_ASKING,
  needs,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 5) }),
  strikes: ({ at }) => [
    `SIGKILL of the server after chunk ${at}, and the database's clock an hour behind when it comes back`,
  ],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'kill' },
    { goal: 'mid-stream', f: 'kill', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    await stage.target.kill('SIGKILL');
    await stage.database.setClock(-HOUR);
    await stage.target.restart();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const databaseClock: readonly AnyScenario[] = [clockAhead, clockBehind];
