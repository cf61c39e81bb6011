/** Goes to another session while the answer comes: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/switch.ts`. */
import { switchSession } from './shared/behaviours/switch.ts';
import { optionsOf } from './shared/options.ts';
import { play } from './shared/play.ts';
import { settingsOf } from './shared/settings.ts';
import { WholeVisit } from './shared/whole-visit.ts';

const settings = settingsOf(__ENV, { [switchSession.id]: 1 });
export const options = optionsOf(settings, switchSession.recovers);

export default () => play(settings, [switchSession], WholeVisit, 'k6');
