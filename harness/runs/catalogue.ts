/** What `holdfast list` lists: the registries, as data. */
import { scenarios } from '../../scenarios/index.ts';
import { checkers } from '../checkers/index.ts';
import { faults } from '../faults/index.ts';
import { targets } from '../targets/index.ts';
import { reference } from '../targets/reference.ts';

export const catalogues = ['scenarios', 'checkers', 'faults', 'targets', 'defects'] as const;

export interface CatalogueEntry {
  id: string;
  title: string;
  about: string;
  /** What `about` strings together, one by one. */
  clauses?: string[];
}

const READ: Record<(typeof catalogues)[number], () => CatalogueEntry[] | Promise<CatalogueEntry[]>> = {
  scenarios: () =>
    scenarios.map(({ id, title, about, short, mustFail, alone }) => {
      const marks = [short && 'short set', alone && 'played alone', mustFail && 'must fail'].filter(Boolean);
      return { id, title: marks.length > 0 ? `${title} (${marks.join(', ')})` : title, about };
    }),
  checkers: () =>
    checkers.map(({ id, holds, clauses }) => ({
      id,
      title: holds,
      about: Object.values(clauses).join('; '),
      clauses: Object.values(clauses),
    })),
  faults: () => faults.map(({ id, at, about }) => ({ id, title: `at ${at}`, about })),
  targets: () =>
    targets.map(({ name, persistence }) => ({
      id: name,
      title: `persistence: ${persistence.join(', ')}`,
      about: 'Comes with holdfast; others are set in holdfast.config.ts.',
    })),
  defects: async () =>
    (await reference.defects!()).map(({ name, about, seenIn, side, like }) => ({
      id: name,
      title: `planted in the ${side} of the reference target${like ? `, like ${like} in the page` : ''}`,
      about: `${about} Seen in ${seenIn.join(', ')}.`,
    })),
};

export async function catalogue(what: (typeof catalogues)[number]): Promise<CatalogueEntry[]> {
  return READ[what]();
}
