/** All of them, by weight: what `holdfast load --engine k6` runs, and the k6 operator. */
import { behaviours } from './shared/behaviours.ts';
import { optionsOf, recoversIn } from './shared/options.ts';
import { play } from './shared/play.ts';
import { settingsOf } from './shared/settings.ts';
import { WholeVisit } from './shared/whole-visit.ts';

const settings = settingsOf(__ENV, Object.fromEntries(behaviours.map(({ id }) => [id, 1])));
export const options = optionsOf(settings, recoversIn(settings, behaviours));

export default () => play(settings, behaviours, WholeVisit, 'k6');
