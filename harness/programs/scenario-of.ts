/** A program as a scenario: it is played, healed, read afresh and judged like any other. */
import { defineScenario, type QuestionWish, type Scenario } from '../runs/scenario.ts';
import { assemble } from './cast.ts';
import { ABLE, inWords, isAlone, nameOf, type Program, plotOf, sceneOf } from './program.ts';
import type { Abilities } from './scene.ts';
import { lengthOf } from './steps/ask.ts';
import { kindOf } from './steps/index.ts';

/** Checkers that every question feeds, whatever befalls it. */
const FED_BY_ASKING = ['no-loss', 'isolation', 'eventual-end', 'one-terminal', 'access'] as const;

/** @param abilities of the target, where it is known; default: it is asked before the play whether it can do all of it */
export function scenarioOf(program: Program, abilities: Abilities = ABLE): Scenario<null> {
  const { steps, scene } = plotOf(program, abilities);
  const words = inWords({ ...program, steps });
  const questions: Record<string, QuestionWish> = {};
  // Where it takes its time the LLM may be silent for longer than the target bears, and be given up before it fails.
  const isSlow = steps.some((step) => step.do === 'line' || step.do === 'wait');
  for (const step of steps) {
    if (step.do !== 'ask') continue;
    const { question, chunks, gap, fails, failsAt } = step;
    const isBroken = lengthOf(step) < chunks;
    const { over, frail } = scene.questions.get(question)!;
    questions[question] = {
      chunks: [chunks, chunks],
      gap,
      ...(isBroken && { faults: () => `${fails}@${failsAt}`, mayMiss: over || frail || isSlow }),
    };
  }
  return defineScenario({
    id: nameOf(program),
    title: `A program of ${steps.length} steps`,
    about: words.join('; '),
    drivers: ['api'],
    alone: isAlone({ ...program, steps }),
    ...(program.instances && { instances: program.instances }),
    ...(steps.some((step) => step.do === 'database-clock') && { movesDatabaseClock: 'perhaps' as const }),
    feeds: [...FED_BY_ASKING, ...scene.feeds, ...(scene.goals.length > 0 ? ['coverage'] : [])],
    needs(capabilities, { probe }) {
      const possible = plotOf(program, { ...capabilities, database: probe, ownDatabase: true }).steps;
      const lacking = steps.find((step) => !possible.includes(step));
      return lacking ? `the target cannot do a step of it: ${kindOf(lacking).say(lacking)}` : null;
    },
    ...(program.resume === 'poll' && { resume: 'poll' }),
    questions,
    points: () => null,
    strikes: () => words,
    coverage: ({ send }) =>
      scene.goals.map((goal) =>
        goal.goal === 'mid-stream' ? { goal: goal.goal, f: goal.f, send: send(goal.question) } : goal,
      ),
    async play(stage) {
      const now = sceneOf(program, { ...stage.capabilities, database: true, ownDatabase: true });
      const cast = assemble(stage, now);
      let n = 0;
      for (const step of steps) {
        if (kindOf(step).enact(now, step, ++n)) await kindOf(step).play(cast, step, n);
      }
    },
  });
}
