/** All of them, by weight: what `holdfast load --engine k6` runs, and the k6 operator. */
import { behaviours } from './shared/behaviours.ts';
import { optionsOf } from './shared/options.ts';
import { play } from './shared/play.ts';
import { settingsOf } from './shared/settings.ts';

const settings = settingsOf(__ENV, Object.fromEntries(behaviours.map(({ id }) => [id, 1])));
export const options = optionsOf(
  settings,
  behaviours.some(({ id, recovers }) => recovers && (settings.plan.mix[id] ?? 0) > 0),
);

export default () => play(settings, behaviours);
