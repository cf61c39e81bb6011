/** Two tabs at once: `k6 run -e TARGET=http://127.0.0.1:3000 scenarios/k6/concurrent-tabs.ts`. */
import { concurrentTabs } from './shared/behaviours/concurrent-tabs.ts';
import { optionsOf } from './shared/options.ts';
import { play } from './shared/play.ts';
import { settingsOf } from './shared/settings.ts';
import { WholeVisit } from './shared/whole-visit.ts';

const settings = settingsOf(__ENV, { [concurrentTabs.id]: 1 });
export const options = optionsOf(settings, concurrentTabs.recovers);

export default () => play(settings, [concurrentTabs], WholeVisit, 'k6');
