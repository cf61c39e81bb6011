/**
 * Every place in an answer at which the network can be lost, in every way in which it can be, with every way of going on:
 *
 *     after chunk 0 … n  ×  style  ×  resume, poll, refresh  ×  one, two, three losses
 *
 * Further losses strike what was taken up after the one before, at places and in styles that the seed decides.
 */
import type { ArmedCut, Device, Question, Tab } from '../actors/actor.ts';
import type { CutStyle } from '../faults/fault.ts';
import type { Draw } from '../runs/draw.ts';
import { defineScenario, type Stage } from '../runs/scenario.ts';
import { FED, POLL_EVERY, type Point, padded, type Way } from './point.ts';

export const cutStyles = [
  'reset',
  'fin',
  'half-frame',
  'clean-end',
  'black-hole',
] as const satisfies CutStyle[];

export interface CutPlan {
  /** Length of the answer. */
  chunks: number;
  styles: readonly CutStyle[];
  ways: readonly Way[];
  /** How many times the network is lost: such as 1, 2, 3. */
  cuts: readonly number[];
}

export function cutPoints({ chunks, styles, ways, cuts }: CutPlan): Point[] {
  return cuts.flatMap((times) =>
    ways.flatMap((way) =>
      styles.flatMap((style) =>
        Array.from({ length: chunks + 1 }, (_, at) => cutPoint({ chunks, at, style, way, times })),
      ),
    ),
  );
}

interface Place {
  chunks: number;
  at: number;
  style: CutStyle;
  way: Way;
  times: number;
}

interface Strikes {
  /** How many chunks the LLM is ahead of each loss. */
  ahead: number[];
  further: { after: number; style: CutStyle }[];
}

/** So many chunks have text, and a frame that can be halved; of fewer all may be empty. */
const SURELY_TEXT = 6;

function cutPoint(place: Place): Point {
  const { chunks, at, style, way, times } = place;
  const id = `cut-${padded(at, chunks)}-of-${chunks}-${style}-${way}-${times}`;
  const names = Array.from({ length: times }, (_, n) => `cut-${n + 1}`);
  const scenario = defineScenario<Strikes>({
    id,
    title: `Network lost by ${style} after chunk ${at}, ${way}`,
    about: `The network is lost ${times} times while the answer streams, first by ${style} after chunk ${at} of ${chunks}.`,
    drivers: ['api'],
    // A page that was reloaded may begin with nothing, and so may a stream that brought next to nothing.
    feeds: [...FED, 'bounded-exposure', ...(way === 'resume' && at >= SURELY_TEXT ? ['cursor-exact'] : [])],
    needs: ({ resume }) =>
      resume === 'append' || way === 'poll'
        ? null
        : 'the target cannot resume a stream from where it was cut',
    questions: { question: { chunks: [chunks, chunks] } },
    points: (draw) => drawStrikes(draw, place),
    strikes: ({ further }) => [
      `${style} after chunk ${at}`,
      ...further.map((each) => `${each.style} after ${each.after} more`),
    ],
    coverage: ({ send }) => [
      // A client that polls has no stream that a further loss could hit.
      ...(way === 'poll' ? names.slice(0, 1) : names).map((fault) => ({
        goal: 'fault-struck' as const,
        fault,
      })),
      // Where all of it was there already, polling brings its end and nothing else.
      ...(way === 'poll' && at + SURELY_TEXT > chunks
        ? []
        : [{ goal: 'resumed' as const, send: send('question') }]),
    ],
    pollEvery: POLL_EVERY,
    ...(way === 'poll' && { resume: 'poll' }),
    play: (stage, strikes) => playCuts(stage, place, strikes),
  });
  return { id, kind: 'cut', row: style, column: `${way} × ${times}`, scenario };
}

function drawStrikes(draw: Draw, { chunks, at, style, times }: Place): Strikes {
  const further: Strikes['further'] = [];
  for (let n = 1; n < times; n++) {
    further.push({
      after: draw.between(0, Math.min(6, chunks - at)),
      style: draw.oneOf<CutStyle>(cutStyles),
    });
  }
  const aheadOf = (cut: CutStyle) => (cut === 'half-frame' ? SURELY_TEXT : draw.between(0, 6));
  return { ahead: [style, ...further.map((each) => each.style)].map(aheadOf), further };
}

async function playCuts(stage: Stage, { chunks, at, style, way }: Place, strikes: Strikes): Promise<void> {
  const question = stage.question('question');
  const laptop = await stage.device('laptop');
  const tab = await laptop.openTab();
  await tab.createSession('kelp');
  // A page that is reloaded after the end opens no stream: it is to find the answer going on.
  const furthest = way === 'refresh' ? chunks : Number.POSITIVE_INFINITY;
  const hold = createHold(stage, question, furthest);

  await hold.at(at + strikes.ahead[0]!);
  const first = await armAt(laptop, question, { from: 0, to: at }, style, 1);
  await tab.send(question);
  await stage.reached(first.struck, 'the network to be lost');
  await stage.probe();

  for (const [index, { after, style: next }] of strikes.further.entries()) {
    const number = index + 2;
    // What was missed may come in one piece: only what the LLM has not said by now comes certainly after it.
    const from = Math.min(hold.said, chunks);
    const to = Math.min(from + after, chunks);
    const strike = () => armAt(laptop, question, { from, to }, next, number);
    const letSpeak = () => hold.at(to + strikes.ahead[index + 1]!);
    if (way === 'poll') {
      await letSpeak();
      await laptop.heal();
      await stage.llm.spoke(question, to);
      await laptop.cut(next, `cut-${number}`);
    } else if (way === 'refresh') {
      // A page cannot be reloaded while the network is lost.
      await goOn(laptop, tab, way);
      const cut = await strike();
      await letSpeak();
      await stage.reached(cut.struck, 'the network to be lost again');
    } else {
      const cut = await strike();
      await letSpeak();
      await goOn(laptop, tab, way);
      await stage.reached(cut.struck, 'the network to be lost again');
    }
  }
  await goOn(laptop, tab, way);
  await hold.end();
  await tab.finished(question);
}

interface Hold {
  /** Lets the LLM speak so many chunks, never fewer than before; more than there are let the end out too. */
  at(chunks: number): Promise<void>;
  end(): Promise<void>;
  /** Chunks that it may have spoken. */
  readonly said: number;
}

/** @param furthest where it is held at the latest */
function createHold({ llm }: Stage, question: Question, furthest: number): Hold {
  let said = 0;
  return {
    async at(wanted) {
      said = Math.min(Math.max(said, wanted), furthest);
      if (said > question.spec.chunks) await llm.release(question);
      else await llm.holdAt(question, said);
    },
    end: () => llm.release(question),
    get said() {
      return said;
    },
  };
}

/** Strikes after as much text of one stream as the chunks between the two have. */
function armAt(
  device: Device,
  question: Question,
  { from, to }: { from: number; to: number },
  style: CutStyle,
  number: number,
): Promise<ArmedCut> {
  const afterText = question.lengthAfter(to) - question.lengthAfter(from);
  // On a busy machine a client may have had to take the answer up again before, by itself.
  return device.cutAt({ afterText, takenUp: true }, style, { name: `cut-${number}`, question });
}

async function goOn(device: Device, tab: Tab, way: Way): Promise<void> {
  await device.heal();
  if (way === 'refresh') await tab.refresh();
}
