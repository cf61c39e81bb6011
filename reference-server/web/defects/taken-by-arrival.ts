// G-Research/bobbit P#358: events carry nothing by which a page could tell what it has, so that one that comes twice
// is shown twice, and one that comes late stands in the wrong place.
import { byArrival, type PageDefect } from './page-defect.ts';

export const takenByArrival: PageDefect = {
  name: 'taken-by-arrival',
  about: 'Text is put behind what there is, in the order in which it comes, whatever its id says.',
  seenIn: ['G-Research/bobbit P#358'],
  change: byArrival,
};
