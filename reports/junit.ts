/**
 * Results as JUnit XML: a suite for each scenario, driver and persistence, a case for each checker and
 * repetition. A broken invariant is a failure; what nobody can judge is an error, so that a reader which knows
 * only red and green shows it red; what did not apply is skipped.
 *
 * There is a failure or an error exactly when the verdict of the run is not a pass.
 */
import type { CheckResult, Results, ScenarioResult } from '../harness/runs/results.ts';
import { cells, fold } from './folded.ts';
import { shorten, visible } from './text.ts';
import { headline, PLACE } from './words.ts';

// Readers show messages in a table; whole texts stand in results.json.
const MESSAGE = 400;
const DETAIL = 2000;

interface Case {
  name: string;
  outcome: 'pass' | 'failure' | 'error' | 'skipped';
  message?: string;
  detail?: string;
  ms?: number;
}

interface Suite {
  name: string;
  cases: Case[];
  ms: number;
}

export function renderJUnit(results: Results): string {
  const suites = cells(fold(results)).map(
    ({ row, cell }): Suite => ({
      name: `${row.id} (${row.driver}, ${cell.persistence})`,
      cases: cell.plays.flatMap((play) => casesOf(play, cell.plays.length > 1)),
      ms: cell.plays.reduce((sum, play) => sum + play.durationMs, 0),
    }),
  );
  const run = casesOfRun(results, suites);
  if (run.length > 0) suites.push({ name: 'run', cases: run, ms: 0 });
  const all = suites.flatMap((suite) => suite.cases);
  const time = (results.durationMs / 1000).toFixed(3);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="holdfast" ${totals(all)} time="${time}">`,
    ...suites.flatMap((suite) => suiteLines(suite, results)),
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf(play: ScenarioResult, repeated: boolean): Case[] {
  const suffix = repeated ? ` [repetition ${play.repetition}]` : '';
  const cases = play.checks.map((check): Case => ({ ...caseOf(check), name: `${check.id}${suffix}` }));
  const red = cases.some((c) => c.outcome === 'failure' || c.outcome === 'error');
  if (play.verdict !== 'pass' && !red) {
    const outcome = play.verdict === 'fail' ? 'failure' : 'error';
    cases.push({ name: `verdict${suffix}`, outcome, message: play.reason ?? play.verdict });
  }
  // Checkers take no time of their own; the play's is booked once.
  if (cases[0]) cases[0].ms = play.durationMs;
  return cases;
}

function caseOf(check: CheckResult): Omit<Case, 'name'> {
  if (check.verdict === 'pass') return { outcome: 'pass' };
  if (check.verdict === 'not-applicable') {
    return { outcome: 'skipped', message: `not applicable: ${check.actual || 'nothing to judge'}` };
  }
  const place = check.place ? ` ${PLACE[check.place].where}` : '';
  return {
    outcome: check.verdict === 'fail' ? 'failure' : 'error',
    message: `${check.id}${place}: ${check.actual}`,
    detail: [
      `expected: ${shorten(check.expected, DETAIL)}`,
      `actual: ${shorten(check.actual, DETAIL)}`,
      ...(check.evidence.length > 0 ? [`evidence: ${check.evidence.join(' ')}`] : []),
      ...(check.violationCount > 1 ? [`violations: ${check.violationCount}`] : []),
    ].join('\n'),
  };
}

/** What no play tells of: a failure of the harness, what was skipped, a damaged history. */
function casesOfRun(results: Results, suites: readonly Suite[]): Case[] {
  const cases = results.skipped.map(
    (skip): Case => ({
      name: `skipped: ${skip.what}`,
      outcome: skip.allowed ? 'skipped' : 'error',
      message: skip.why,
    }),
  );
  const red = [...cases, ...suites.flatMap((suite) => suite.cases)].some(
    (c) => c.outcome === 'failure' || c.outcome === 'error',
  );
  if (results.failure) {
    cases.push({ name: results.failure.code, outcome: 'error', message: results.failure.message });
  } else if (results.verdict !== 'pass' && !red) {
    const detail = results.flaws.map((flaw) => flaw.message).join('\n');
    cases.push({ name: 'verdict', outcome: 'error', message: headline(results), detail });
  }
  return cases;
}

function totals(cases: readonly Case[]): string {
  const of = (outcome: Case['outcome']) => cases.filter((c) => c.outcome === outcome).length;
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}"`;
}

function suiteLines(suite: Suite, results: Results): string[] {
  const time = (suite.ms / 1000).toFixed(3);
  const name = attribute(suite.name);
  return [
    `  <testsuite name="${name}" ${totals(suite.cases)} time="${time}" timestamp="${attribute(results.startedAt)}">`,
    '    <properties>',
    `      <property name="seed" value="${results.seed}"/>`,
    `      <property name="command" value="${attribute(results.command)}"/>`,
    ...results.defects.map((name) => `      <property name="defect" value="${attribute(name)}"/>`),
    '    </properties>',
    ...suite.cases.map((c) => caseLine(c, name)),
    '  </testsuite>',
  ];
}

function caseLine(c: Case, suite: string): string {
  const head = `    <testcase name="${attribute(c.name)}" classname="${suite}" time="${((c.ms ?? 0) / 1000).toFixed(3)}"`;
  if (c.outcome === 'pass') return `${head}/>`;
  const type = c.outcome === 'skipped' ? '' : ` type="${c.outcome === 'failure' ? 'broken' : 'unknown'}"`;
  const message = attribute(shorten(c.message ?? '', MESSAGE));
  return `${head}><${c.outcome} message="${message}"${type}>${content(c.detail ?? '')}</${c.outcome}></testcase>`;
}

/** Line by line, so that the line ends of the report's own layout stay. Nothing that XML 1.0 forbids is left. */
function content(text: string): string {
  return text.split('\n').map(escapeXml).join('\n');
}

function attribute(text: string): string {
  return escapeXml(text);
}

function escapeXml(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
