/** All of them, by weight: what `holdfast load --engine k6-sse` runs. */
import { behaviours } from '../shared/live/behaviours.ts';
import { LiveVisit } from '../shared/live/visit.ts';
import { optionsOf, recoversIn } from '../shared/options.ts';
import { play } from '../shared/play.ts';
import { settingsOf } from '../shared/settings.ts';

const settings = settingsOf(__ENV, Object.fromEntries(behaviours.map(({ id }) => [id, 1])));
export const options = optionsOf(settings, recoversIn(settings, behaviours));

export default () => play(settings, behaviours, LiveVisit, 'k6-sse');
