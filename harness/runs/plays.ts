/** Which plays a run consists of, and what had to be left out of it. */

import type { DriverName } from '../actors/driver.ts';
import type { SendSeed } from '../history/index.ts';
import type { Target } from '../targets/target.ts';
import { type PlayPlan, planPlay } from './plan.ts';
import type { Skipped } from './results.ts';
import type { RunOptions } from './run.ts';
import type { AnyScenario } from './scenario.ts';

export function planRun(options: RunOptions): { plans: PlayPlan[]; skipped: Skipped[] } {
  const { scenarios, drivers, persistence, repeat, seed, target, bounds } = options;
  const plans: PlayPlan[] = [];
  const skipped: Skipped[] = [];
  for (const way of persistence) {
    const taken = new Set<SendSeed>();
    for (let repetition = 1; repetition <= repeat; repetition++) {
      for (const scenario of scenarios) {
        for (const driver of drivers) {
          const why = cannotPlay(scenario, driver, target, way);
          if (why === null) {
            plans.push(
              planPlay({ scenario, driver, persistence: way, repetition, seed, target, bounds, taken }),
            );
          } else if (repetition === 1) {
            skipped.push({
              what: `${scenario.id} (${driver}, ${way})`,
              why,
              allowed: options.allowSkip || !options.asked,
            });
          }
        }
      }
    }
  }
  return { plans, skipped };
}

/** Why a scenario cannot be played in this way; null: it can. */
function cannotPlay(
  scenario: AnyScenario,
  driver: DriverName,
  target: Target,
  persistence: string,
): string | null {
  if (!scenario.drivers.includes(driver)) return `it is not for the driver ${driver}`;
  return scenario.needs?.(target.capabilities(persistence)) ?? null;
}
