// freenet/freenet-core#5213, Dictionarry-Hub/profilarr#434, burningmantech/ranger-ims-server#1320: with six streams open a
// browser has no HTTP/1.1 connection left for that host, and whatever the seventh tab asks for waits until one of them ends.
import type { PageDefect } from './page-defect.ts';

export const streamInEveryTab: PageDefect = {
  name: 'stream-in-every-tab',
  about: 'Every answer is streamed, however many tabs there are: from the seventh on they hang.',
  seenIn: [
    'freenet/freenet-core#5213',
    'Dictionarry-Hub/profilarr#434',
    'burningmantech/ranger-ims-server#1320',
  ],
  change: (parts) => ({ ...parts, slots: { take: async () => () => {} } }),
};
