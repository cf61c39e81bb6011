/** Nobody streams, all poll: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/status-polling.ts`. */
import { poll } from './shared/behaviours/poll.ts';
import { optionsOf } from './shared/options.ts';
import { play } from './shared/play.ts';
import { settingsOf } from './shared/settings.ts';
import { WholeVisit } from './shared/whole-visit.ts';

const settings = settingsOf(__ENV, { [poll.id]: 1 });
export const options = optionsOf(settings, poll.recovers);

export default () => play(settings, [poll], WholeVisit, 'k6');
