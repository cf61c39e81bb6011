/** Steps that many scenarios share. */
import type { Question, Session, Tab } from '../harness/actors/actor.ts';
import type { TargetCapabilities } from '../harness/history/events.ts';
import type { Draw } from '../harness/runs/draw.ts';
import type { Has, Stage } from '../harness/runs/scenario.ts';

/** Checkers that `askWatched` feeds, together with the fresh readers at the end of every play. */
export const FED_BY_ASKING = [
  'no-loss',
  'no-duplication',
  'prefix-order',
  'isolation',
  'early-visibility',
  'timely-delivery',
  'bounded-exposure',
  'eventual-end',
  'one-terminal',
  'truthful-status',
  'one-generation',
  'convergence',
  'access',
  'coverage',
] as const;

/** The same for plays in which no reader stays attached while the LLM is silent. */
export const FED_WITHOUT_SILENCE = FED_BY_ASKING.filter((checker) => checker !== 'timely-delivery');

/** The same for plays in which there is nothing that might not have happened. */
export const FED_FOR_CERTAIN = FED_BY_ASKING.filter((checker) => checker !== 'coverage');

/** `needs` of what is about what a database holds, or about what befalls it. */
export const ON_A_DATABASE = (_: TargetCapabilities, { probe }: Has): string | null =>
  probe ? null : 'the target has no probe: what its database holds, or whether it has one, nobody can say';

/**
 * Draws after how many of so many chunks something happens. At least six: of five, the reference server's
 * checkpoint interval, nothing need be saved, and a target that saves nothing would be seen to keep its promise. At least `left` come after it.
 */
export const midStream = (draw: Draw, chunks: number, left = 6) => draw.between(6, chunks - left);

/**
 * Asks, and looks at the database and through fresh eyes while the LLM was called and has not answered. Then lets
 * the LLM speak `until` chunks (all by default; `opened`: it goes on waiting) and no more.
 */
export async function askWatched(
  stage: Stage,
  tab: Tab,
  session: Session,
  question: Question,
  until?: number | 'opened',
) {
  await stage.llm.holdAt(question, 'opened');
  await tab.send(question);
  await lookUnanswered(stage, session, question, until);
}

/** What follows upon asking in `askWatched`, for who does not wait until the question is asked. */
export async function lookUnanswered(
  stage: Stage,
  session: Session,
  question: Question,
  until?: number | 'opened',
) {
  await stage.llm.waitsAt(question, 'opened');
  await stage.probe();
  await stage.glance(session);
  if (until === undefined) await stage.llm.release(question);
  else if (until !== 'opened') await stage.llm.holdAt(question, until);
}

/**
 * How most scenarios begin: one tab on one laptop asks `question` in a new session, and is watched until it shows the
 * `at` chunks after which the LLM is held.
 */
export async function heldInMidStream(stage: Stage, at: number) {
  const question = stage.question('question');
  const laptop = await stage.device('laptop');
  const tab = await laptop.openTab();
  const session = await tab.createSession('kelp');
  await askWatched(stage, tab, session, question, at);
  await watchHeld(stage, tab, question, at);
  return { question, laptop, tab, session };
}

/** The same with two sessions: it is asked in `kelp`, and `tides` is there to go to. */
export async function heldBesideAnother(stage: Stage, question: Question, at: number) {
  const tab = await (await stage.device('laptop')).openTab();
  const tides = await tab.createSession('tides');
  const kelp = await tab.createSession('kelp');
  await askWatched(stage, tab, kelp, question, at);
  await watchHeld(stage, tab, question, at);
  return { tab, kelp, tides };
}

/** Waits until the tab shows what the LLM has spoken up to its barrier, and looks at what is saved of it. */
export async function watchHeld(stage: Stage, tab: Tab, question: Question, chunks: number) {
  await stage.llm.waitsAt(question, chunks);
  await tab.sees(question, chunks);
  await stage.probe();
}

/** Asks, reloads while the LLM is held after so many chunks, and waits for the end. */
export async function askHeldAndReloaded(
  stage: Stage,
  tab: Tab,
  session: Session,
  question: Question,
  chunks: number,
) {
  await askWatched(stage, tab, session, question, chunks);
  await watchHeld(stage, tab, question, chunks);
  await tab.refresh();
  await stage.llm.release(question);
  await tab.finished(question);
}

/**
 * Asks, lets the LLM speak `at` chunks, and holds it there; then strikes, lets the LLM say the rest, and heals after
 * `away` ms. The tab must learn the end by itself.
 */
export async function whileStruck(
  stage: Stage,
  { at, away }: { at: number; away: number },
  strike: () => Promise<void>,
  heal: () => Promise<void>,
) {
  const question = stage.question('question');
  const tab = await (await stage.device('laptop')).openTab();
  const session = await tab.createSession('kelp');
  await askWatched(stage, tab, session, question, at);
  await watchHeld(stage, tab, question, at);
  await strike();
  await stage.llm.release(question);
  await stage.pass(away);
  await heal();
  await tab.finished(question);
}
