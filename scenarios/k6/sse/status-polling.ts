/** Lets go at the first chunk, and polls: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/sse/status-polling.ts`. */
import { poll } from '../shared/behaviours/poll.ts';
import { LiveVisit } from '../shared/live/visit.ts';
import { optionsOf } from '../shared/options.ts';
import { play } from '../shared/play.ts';
import { settingsOf } from '../shared/settings.ts';

const settings = settingsOf(__ENV, { [poll.id]: 1 });
export const options = optionsOf(settings, poll.recovers);

export default () => play(settings, [poll], LiveVisit, 'k6-sse');
