/**
 * Pieces of a body come twice, or in the other order. TCP hands each segment on once and in order; proxies that write a
 * buffer again, servers that hand an event to a reader twice, and writers that do not wait for one another do not.
 *
 * Whole events can be told by their cursors: what comes twice is dropped, what comes too soon is asked for anew. A
 * piece of one breaks the framing, which a reader must notice. What no reader can notice are pieces within the text of
 * one event that are as long as one another; nobody promises to bear that.
 */
import type { GarbleStyle } from '../harness/faults/fault.ts';
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE, midStream, watchHeld } from './steps.ts';

interface Garbled {
  id: string;
  style: GarbleStyle;
  title: string;
  what: string;
  must: string;
}

const KINDS: readonly Garbled[] = [
  {
    id: 'frame-repeated',
    style: 'repeat',
    title: 'One event of the stream comes twice',
    what: 'an event with text comes twice',
    must: 'Its text must be there once.',
  },
  {
    id: 'frames-swapped',
    style: 'swap',
    title: 'Two events of the stream come in the other order',
    what: 'two events with text come in the other order',
    must: 'The first must not be missed, nor the second be shown before it.',
  },
  {
    id: 'piece-repeated',
    style: 'repeat-half',
    title: 'A piece of an event comes twice',
    what: 'the first half of an event with text comes twice',
    must: 'The framing is broken: the page must notice, and have the text once.',
  },
  {
    id: 'pieces-swapped',
    style: 'swap-halves',
    title: 'Two pieces of an event come in the other order',
    what: 'the halves of an event with text come in the other order',
    must: 'The framing is broken, and one event may run into the next: the page must notice, and miss nothing.',
  },
];

export const garbled: readonly AnyScenario[] = KINDS.map(({ id, style, title, what, must }) =>
  defineScenario<{ at: number }>({
    id,
    title,
    about: `In the middle of the answer ${what}, and the stream goes on as if nothing had happened. ${must}`,
    drivers: ['browser'],
    feeds: FED_WITHOUT_SILENCE,
    needs: ({ placesFrames }) =>
      placesFrames ? null : 'the page of the target does not promise to put frames where their cursors say',
    questions: { question: { chunks: [40, 80] } },
    points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
    strikes: ({ at }) => [`${what}, the first after chunk ${at}`],
    coverage: () => [{ goal: 'fault-struck', fault: 'garbled' }],
    async play(stage, { at }) {
      const question = stage.question('question');
      const laptop = await stage.device('laptop');
      const tab = await laptop.openTab();
      const session = await tab.createSession('kelp');
      await askWatched(stage, tab, session, question, at);
      await watchHeld(stage, tab, question, at);
      // The next frame with text of whatever stream is open then: a page that was slow may have taken it up again.
      const strike = await laptop.cutAt({ afterText: 0 }, style, { name: 'garbled', question, once: true });
      await stage.llm.release(question);
      await stage.reached(strike.struck, 'the stream to be garbled');
      await tab.finished(question);
    },
  }),
);
