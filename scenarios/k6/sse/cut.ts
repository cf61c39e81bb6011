/** Loses the network at a chunk of the answer, and resumes: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/sse/cut.ts`. */
import { cut } from '../shared/live/behaviours/cut.ts';
import { LiveVisit } from '../shared/live/visit.ts';
import { optionsOf } from '../shared/options.ts';
import { play } from '../shared/play.ts';
import { settingsOf } from '../shared/settings.ts';

const settings = settingsOf(__ENV, { [cut.id]: 1 });
export const options = optionsOf(settings, cut.recovers);

export default () => play(settings, [cut], LiveVisit, 'k6-sse');
