/** What `holdfast doctor` found, for a person: what is there, what is missing, and what to do about it. */
import { hang, visible } from './text.ts';

/** One thing that was looked for. */
export interface Examined {
  what: string;
  ok: boolean;
  /** Without it nothing can be played. */
  needed: boolean;
  detail: string;
  advice?: string | undefined;
}

/** Ends with a line end. @param columns of the terminal */
export function renderFindings(findings: readonly Examined[], columns: number): string {
  const width = Math.max(0, ...findings.map(({ what }) => what.length));
  const lines = findings.flatMap(({ what, ok, needed, detail, advice }) => {
    const mark = ok ? '✓' : needed ? '✗' : '–';
    return [
      hang(`${mark} ${what.padEnd(width)}  `, visible(detail), columns),
      ...(advice !== undefined && !ok ? [hang(`${' '.repeat(width + 4)}→ `, visible(advice), columns)] : []),
    ];
  });
  const missing = findings.filter(({ ok, needed }) => !ok && needed).map(({ what }) => what);
  const last =
    missing.length === 0
      ? 'Everything that is needed is here.'
      : `Needed and missing: ${missing.join(', ')}.`;
  return `${[...lines, '', last].join('\n')}\n`;
}
