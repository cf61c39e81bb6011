/** What `holdfast list` lists, for a person. */
import type { CatalogueEntry } from '../harness/runs/catalogue.ts';
import { hang } from './text.ts';

/** Ends with a line end. @param width columns */
export function renderCatalogue(entries: readonly CatalogueEntry[], width: number): string {
  return entries.map((entry) => `${linesOf(entry, width).join('\n')}\n`).join('\n');
}

function linesOf({ id, title, about, clauses }: CatalogueEntry, width: number): string[] {
  const more = clauses?.map((clause) => hang('  · ', clause, width)) ?? [hang('  ', about, width)];
  return [id, hang('  ', title, width), ...more];
}
