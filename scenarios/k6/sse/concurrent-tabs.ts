/** Two tabs at once, both read as they come: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/sse/concurrent-tabs.ts`. */
import { concurrentTabs } from '../shared/live/behaviours/concurrent-tabs.ts';
import { LiveVisit } from '../shared/live/visit.ts';
import { optionsOf } from '../shared/options.ts';
import { play } from '../shared/play.ts';
import { settingsOf } from '../shared/settings.ts';

const settings = settingsOf(__ENV, { [concurrentTabs.id]: 1 });
export const options = optionsOf(settings, concurrentTabs.recovers);

export default () => play(settings, [concurrentTabs], LiveVisit, 'k6-sse');
