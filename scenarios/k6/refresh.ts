/** Reloads the page while the answer comes: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/refresh.ts`. */
import { refresh } from './shared/behaviours/refresh.ts';
import { optionsOf } from './shared/options.ts';
import { play } from './shared/play.ts';
import { settingsOf } from './shared/settings.ts';
import { WholeVisit } from './shared/whole-visit.ts';

const settings = settingsOf(__ENV, { [refresh.id]: 1 });
export const options = optionsOf(settings, refresh.recovers);

export default () => play(settings, [refresh], WholeVisit, 'k6');
