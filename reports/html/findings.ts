/** For each scenario that did not pass: what was lost, where, and the lines of the history that prove it. */

import type { Violation } from '../../harness/checkers/checker.ts';
import type { Recorded } from '../../harness/history/index.ts';
import { type Cell, cells, type Folded, type FoldedCheck, type Row } from '../folded.ts';
import { count, shorten } from '../text.ts';
import type { Timeline } from '../timeline.ts';
import { PLACE } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { holds } from './matrix.ts';
import { verdictMark } from './parts.ts';
import { anchorOf } from './timelines.ts';

const LONGEST_TEXT = 480;
const LONGEST_LINE = 400;

export function findings(folded: Folded, timeline: Timeline): Markup | null {
  const troubled = cells(folded).filter(({ cell }) => cell.verdict === 'fail' || cell.verdict === 'unknown');
  if (troubled.length === 0) return null;
  const places = new Set(
    troubled.flatMap(({ cell }) => [...cell.checks.values()].flatMap(({ first }) => first.check.place ?? [])),
  );
  return html`${
    places.size === 0
      ? null
      : html`<ul class="places">${[...places].map(
          (place) => html`<li><strong>${PLACE[place].where}</strong>: ${PLACE[place].means}.</li>`,
        )}</ul>`
  }${troubled.map(({ row, cell }) => article(row, cell, timeline))}`;
}

function article(row: Row, cell: Cell, timeline: Timeline): Markup {
  const checks = [...cell.checks.values()];
  const failed = checks.filter((check) => check.verdict === 'fail');
  const open = checks.filter((check) => check.verdict === 'unknown');
  const worst = cell.plays.find((play) => play.verdict === cell.verdict)!;
  const drawn = cell.plays.find((play) => play.verdict === cell.verdict && timeline.plays.has(play.play));
  const times = cell.plays.length > 1 ? `, ${cell.passed} of ${cell.plays.length} passed` : '';
  return html`
<article id="f-${cell.key}" aria-labelledby="f-${cell.key}-title">
<h3 id="f-${cell.key}-title">${verdictMark(cell.verdict)} ${row.title} <span class="soft">${[row.driver, cell.persistence].filter(Boolean).join(', ')}${times}</span></h3>
${worst.reason === null ? null : html`<p>${worst.reason}</p>`}
${worst.strikes.length === 0 ? null : html`<p class="soft">What was done to it: ${worst.strikes.join('; ')}.</p>`}
${failed.map((check) => finding(check, timeline))}
${left(cell)}
${unjudged(open, failed.length > 0, timeline)}
${drawn ? html`<p><a href="#${anchorOf(drawn.play)}">Timeline of this play</a></p>` : null}
</article>`;
}

/** Traces and pictures of the plays that did not pass. */
function left(cell: Cell): Markup | null {
  const files = cell.plays.flatMap((play) => (play.verdict === 'pass' ? [] : play.artifacts));
  if (files.length === 0) return null;
  const several = new Set(files.map(folderOf)).size > 1;
  return html`<p class="soft">What its pages left (traces open in trace.playwright.dev): ${files.map(
    (file) => html`<a href="${file}">${several ? `${folderOf(file)}/` : ''}${file.split('/').at(-1)!}</a> `,
  )}</p>`;
}

const folderOf = (file: string) => file.split('/').at(-2) ?? '';

/** Folded away where something is known to be broken: that matters more. */
function unjudged(checks: readonly FoldedCheck[], folded: boolean, timeline: Timeline): Markup | null {
  if (checks.length === 0) return null;
  const all = checks.map((check) => finding(check, timeline));
  if (!folded) return html`${all}`;
  return html`<details><summary>Not judged: ${checks.map(({ id }) => id).join(', ')}</summary>${all}</details>`;
}

function finding(folded: FoldedCheck, timeline: Timeline): Markup {
  const { check } = folded.first;
  const times = folded.plays > 1 ? ` in ${folded.times} of ${folded.plays} plays` : '';
  const [, ...others] = check.violations;
  const invariant = holds(check.id);
  const unshown = check.violationCount - check.violations.length;
  return html`
<div class="finding ${folded.verdict}">
<h4>${verdictMark(folded.verdict)} <code>${check.id}</code>${times}${
    check.place ? html` <span class="place">${PLACE[check.place].where}</span>` : null
  }${invariant === '' || invariant === check.expected ? null : html` <span class="soft">${invariant}</span>`}</h4>
${
  folded.verdict === 'unknown'
    ? comparison(['Invariant', check.expected], ['Why not', check.actual])
    : comparison(...ofViolation(check.expected, check.actual, check.violations[0]?.where))
}
${quotes(check.evidence, timeline.evidence)}
${
  others.length === 0
    ? null
    : html`<details><summary>${count(others.length, 'further violation')}</summary><ul>${others.map(
        (violation) => html`<li>${further(violation)}</li>`,
      )}</ul>${unshown > 0 ? html`<p class="soft">${unshown} more are not kept.</p>` : null}</details>`
}
</div>`;
}

type Line = readonly [name: string, text: string];

function ofViolation(expected: string, actual: string, where = ''): Line[] {
  // Most checkers name the view or row in what they found.
  return [
    ['Expected', expected],
    ['Actual', actual],
    ...(actual.includes(where) ? [] : [['Seen in', where] as const]),
  ];
}

function comparison(...lines: Line[]): Markup {
  return html`<dl class="comparison">${lines.map(([name, text]) =>
    text === '' ? null : html`<dt>${name}</dt><dd class="text">${shorten(text, LONGEST_TEXT)}</dd>`,
  )}</dl>`;
}

function further(violation: Violation): Markup {
  return html`<code>${violation.clause}</code> ${PLACE[violation.place].where}
${comparison(...ofViolation(violation.expected, violation.actual, violation.where))}
${violation.evidence.length === 0 ? null : html`<p class="soft">Lines: ${violation.evidence.join(', ')}</p>`}`;
}

function quotes(references: readonly string[], lines: ReadonlyMap<string, Recorded>): Markup | null {
  if (references.length === 0) return null;
  return html`<details class="evidence"><summary>Evidence: ${count(references.length, 'line')} of the history</summary>
<ol>${references.map((reference) => {
    const line = lines.get(reference);
    const text = line ? shorten(JSON.stringify(line), LONGEST_LINE) : 'the history does not hold this line';
    return html`<li><code>${reference}</code><div class="text">${text}</div></li>`;
  })}</ol></details>`;
}
