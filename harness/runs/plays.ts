/** Which plays a run consists of, and what had to be left out of it. */

import type { DriverName } from '../actors/driver.ts';
import type { SendSeed, TargetCapabilities } from '../history/index.ts';
import { type PlayPlan, planPlay } from './plan.ts';
import type { Skipped } from './results.ts';
import type { RunOptions } from './run.ts';
import type { AnyScenario, Has } from './scenario.ts';

export function planRun(options: RunOptions): { plans: PlayPlan[]; skipped: Skipped[] } {
  const {
    scenarios,
    drivers,
    persistence,
    repeat,
    seed,
    target,
    bounds,
    haste,
    boundary,
    text,
    pageMode,
    asked,
    allowSkip,
  } = options;
  const plans: PlayPlan[] = [];
  const skipped: Skipped[] = [];
  const skip = (
    { id }: AnyScenario,
    way: string,
    repetition: number,
    why: string,
    allowed: boolean,
    driver?: DriverName,
  ) => {
    const what = driver ? `${id} (${driver}, ${way})` : `${id} (${way})`;
    if (repetition === 1) skipped.push({ what, why, allowed });
  };
  for (const way of persistence) {
    const taken = new Set<SendSeed>();
    for (let repetition = 1; repetition <= repeat; repetition++) {
      for (const scenario of scenarios) {
        const able = drivers.filter((driver) => scenario.drivers.includes(driver));
        if (able.length === 0)
          skip(scenario, way, repetition, notFor(scenario, drivers), allowSkip || !asked);
        for (const driver of able) {
          const has = { probe: !!target.probe, page: driver === 'browser' ? target.page : undefined };
          const unable = cannot(scenario, target.capabilities(way), has);
          const missing = driver === 'browser' ? lacks(options) : null;
          if (unable !== null) skip(scenario, way, repetition, unable, allowSkip || !asked, driver);
          // A driver that was asked for and is not there is not what the target cannot do.
          else if (missing !== null) skip(scenario, way, repetition, missing, allowSkip, driver);
          else
            plans.push(
              planPlay({
                scenario,
                driver,
                persistence: way,
                repetition,
                seed,
                target,
                bounds,
                taken,
                ...(haste !== undefined && { haste }),
                ...(boundary !== undefined && { boundary }),
                ...(text !== undefined && { text }),
                ...(pageMode !== undefined && { pageMode }),
              }),
            );
        }
      }
    }
  }
  return { plans, skipped };
}

/** Why it cannot be played on such a target; null: it can. */
function cannot(
  { instances, needs }: AnyScenario,
  capabilities: TargetCapabilities,
  has: Has,
): string | null {
  if (instances !== undefined && !capabilities.instances)
    return 'the target does not say that it can run as several processes';
  return needs?.(capabilities, has) ?? null;
}

const notFor = (scenario: AnyScenario, drivers: readonly DriverName[]) =>
  `it is for the driver ${scenario.drivers.join(' and ')}, not for ${drivers.join(' or ')}`;

/** Why nothing can be played in a browser; null: it can. */
function lacks({ target, browser }: RunOptions): string | null {
  if (!target.page) return `the target ${target.name} has no page`;
  if (!browser) return 'no browser was looked for';
  return browser.ok ? null : `there is no browser: ${browser.why}`;
}
