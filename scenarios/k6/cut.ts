/** Loses the network while the answer comes, and resumes: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/cut.ts`. */
import { cut } from './shared/behaviours/cut.ts';
import { optionsOf } from './shared/options.ts';
import { play } from './shared/play.ts';
import { settingsOf } from './shared/settings.ts';
import { WholeVisit } from './shared/whole-visit.ts';

const settings = settingsOf(__ENV, { [cut.id]: 1 });
export const options = optionsOf(settings, cut.recovers);

export default () => play(settings, [cut], WholeVisit, 'k6');
