/**
 * What is there to be asked for: sessions of one user each, with an answer that is finished or one that is coming all
 * the while. They are made before anything is measured.
 */
import { HoldfastError } from '../../../errors.ts';
import type { HttpAnswer, HttpRequest, Target } from '../../../targets/target.ts';
import { createFramer } from '../../../wire/framer.ts';
import { type Question, SILENCE } from '../../engine/context.ts';
import { ask, Exchange, type Way } from '../../engine/exchange.ts';
import { type LoadPlan, questionOf } from '../../plan.ts';
import { wholeOf } from './compare.ts';

export interface Seat {
  session: string;
  question: Question;
  /** The target's id of the answer. */
  message: string;
  /** All that the LLM says. */
  whole: string;
}

/** Seats made at once: a login storm is not what is measured. */
const AT_ONCE = 20;

export interface SeatSetup {
  target: Target;
  way: Way;
  plan: LoadPlan;
  /** The first of the visits whose seeds they take. */
  first: number;
  count: number;
}

/** @param live the answers are still coming when all are seated; otherwise they are whole */
export async function takeSeats(setup: SeatSetup, live: boolean): Promise<Seat[]> {
  const seats: Seat[] = [];
  for (let from = 0; from < setup.count; from += AT_ONCE) {
    const to = Math.min(setup.count, from + AT_ONCE);
    const numbers = Array.from({ length: to - from }, (_, i) => setup.first + from + i);
    seats.push(...(await Promise.all(numbers.map((number) => takeSeat(setup, number, live)))));
  }
  return seats;
}

async function takeSeat({ target, way, plan }: SeatSetup, number: number, live: boolean): Promise<Seat> {
  const question = questionOf(plan, number, 0);
  const made = await asked(way, target.createSession(), 'a session could not be made');
  const session = target.session(made);
  const send = target.send({ session, text: question.text, key: question.key });
  const message = await begin(target, way, send, live);
  return { session, question, message, whole: wholeOf(question.spec) };
}

async function asked(way: Way, request: HttpRequest, what: string): Promise<HttpAnswer> {
  const answer = await ask(way, request, SILENCE);
  if (answer.status < 300) return answer;
  throw new HoldfastError('HF_LOAD_SEATS', { what: `${what}: status ${answer.status}` });
}

/** Asks, and resolves with the id of the answer: as soon as it has one, or when it has ended. */
function begin(target: Target, way: Way, request: HttpRequest, live: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const framer = createFramer(target.framing);
    let status = 0;
    let message: string | undefined;
    const fail = (what: string) => reject(new HoldfastError('HF_LOAD_SEATS', { what }));
    const exchange = new Exchange(way, request, SILENCE, {
      head: (code) => {
        status = code;
      },
      bytes(bytes, from, to) {
        if (status >= 300) return;
        for (const frame of framer.push(Buffer.from(bytes.subarray(from, to)))) {
          const meaning = target.decode(frame);
          message ??= meaning.message;
          if (message === undefined || !(live || meaning.terminal !== undefined)) continue;
          exchange.close();
          resolve(message);
          return;
        }
      },
      over: (how) => fail(`the stream of a new answer ended without its end (${how}, status ${status})`),
    });
  });
}
