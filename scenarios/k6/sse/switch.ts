/** Goes to another session at a chunk of the answer: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/sse/switch.ts`. */
import { switchSession } from '../shared/behaviours/switch.ts';
import { LiveVisit } from '../shared/live/visit.ts';
import { optionsOf } from '../shared/options.ts';
import { play } from '../shared/play.ts';
import { settingsOf } from '../shared/settings.ts';

const settings = settingsOf(__ENV, { [switchSession.id]: 1 });
export const options = optionsOf(settings, switchSession.recovers);

export default () => play(settings, [switchSession], LiveVisit, 'k6-sse');
