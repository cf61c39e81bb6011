/** Reloads the page at a chunk of the answer: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/sse/refresh.ts`. */
import { refresh } from '../shared/behaviours/refresh.ts';
import { LiveVisit } from '../shared/live/visit.ts';
import { optionsOf } from '../shared/options.ts';
import { play } from '../shared/play.ts';
import { settingsOf } from '../shared/settings.ts';

const settings = settingsOf(__ENV, { [refresh.id]: 1 });
export const options = optionsOf(settings, refresh.recovers);

export default () => play(settings, [refresh], LiveVisit, 'k6-sse');
