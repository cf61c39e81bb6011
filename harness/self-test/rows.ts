/**
 * What each planted defect must show: the shortest scenario that brings it out, and the checkers that must fail by it,
 * the one that names it first. No other may fail; what may be left unjudged as a consequence is written down, too.
 *
 * The sets hold for marked text. Of text without marks nobody can say where a stray piece of it comes from, so that
 * other checkers than the one that names the defect may speak.
 */
import type { DriverName } from '../actors/driver.ts';

export interface Row {
  defect: string;
  scenario: string;
  /** Default: api. */
  driver?: DriverName;
  fails: readonly [named: string, ...companions: string[]];
  /** Checkers that may have nothing to judge because of what went wrong. */
  unjudged?: readonly string[];
  /** Played also where the page renders Markdown: the same checkers must fail, by what can be read out of that. */
  rendered?: true;
}

export const rows: readonly Row[] = [
  // Seen twice.
  {
    defect: 'cursor-ignored',
    scenario: 'resume-at-edge',
    fails: ['no-duplication', 'prefix-order', 'cursor-exact'],
  },
  { defect: 'catch-up-twice', scenario: 'resume-at-edge', fails: ['no-duplication', 'prefix-order'] },
  { defect: 'reader-attached-twice', scenario: 'resume-at-edge', fails: ['no-duplication', 'prefix-order'] },
  {
    defect: 'live-before-catch-up',
    scenario: 'resume-at-edge',
    fails: ['prefix-order', 'cursor-exact', 'convergence'],
  },
  {
    defect: 'cursor-in-other-units',
    scenario: 'resume-at-edge',
    fails: ['cursor-exact', 'no-duplication', 'prefix-order'],
  },
  { defect: 'regenerates-on-reconnect', scenario: 'resume-at-edge', fails: ['one-generation'] },
  // Lost.
  {
    defect: 'subscribe-after-start',
    scenario: 'few-chunks',
    fails: ['no-loss', 'prefix-order', 'convergence'],
  },
  {
    defect: 'snapshot-live-gap',
    scenario: 'resume-at-edge',
    fails: ['cursor-exact', 'no-loss', 'prefix-order', 'convergence'],
  },
  {
    defect: 'second-resume-from-zero',
    scenario: 'resume-at-edge',
    fails: ['cursor-exact', 'no-duplication', 'prefix-order'],
  },
  {
    defect: 'cursor-off-by-one',
    scenario: 'resume-at-edge',
    fails: ['cursor-exact', 'no-loss', 'prefix-order', 'convergence'],
  },
  {
    defect: 'prefix-missing',
    scenario: 'reloaded-silent',
    fails: ['no-loss', 'prefix-order', 'convergence'],
  },
  {
    defect: 'tail-not-flushed',
    scenario: 'few-chunks',
    fails: ['convergence', 'no-loss', 'truthful-status'],
  },
  {
    defect: 'saved-at-end',
    scenario: 'refresh',
    fails: [
      'no-loss',
      'early-visibility',
      'timely-delivery',
      'bounded-exposure',
      'eventual-end',
      'truthful-status',
    ],
    unjudged: ['one-terminal', 'coverage'],
  },
  { defect: 'abort-on-disconnect', scenario: 'refresh', fails: ['no-loss'] },
  { defect: 'batch-holds-back', scenario: 'silence', fails: ['timely-delivery'] },
  {
    defect: 'unordered-saves',
    scenario: 'few-chunks',
    fails: ['convergence', 'no-loss', 'truthful-status'],
  },
  {
    defect: 'utf8-per-chunk',
    scenario: 'llm-in-trouble',
    fails: ['no-loss', 'prefix-order', 'truthful-status'],
  },
  // Stuck, or ended too soon.
  {
    defect: 'stuck-after-llm-error',
    scenario: 'llm-in-trouble',
    fails: ['eventual-end'],
    unjudged: ['one-terminal'],
  },
  { defect: 'llm-eof-is-done', scenario: 'llm-in-trouble', fails: ['truthful-status'] },
  {
    defect: 'stuck-after-crash',
    scenario: 'killed-silent',
    fails: ['eventual-end'],
    unjudged: ['one-terminal'],
  },
  { defect: 'lost-end', scenario: 'resume-at-edge', fails: ['eventual-end'] },
  {
    defect: 'heartbeat-leaks',
    scenario: 'killed-silent',
    fails: ['eventual-end'],
    unjudged: ['one-terminal'],
  },
  { defect: 'swept-alive', scenario: 'silence', fails: ['truthful-status', 'no-loss'] },
  { defect: 'swept-at-start', scenario: 'started-beside', fails: ['no-loss'] },
  {
    defect: 'swept-by-database-clock',
    scenario: 'database-clock-ahead',
    fails: ['no-loss'],
    unjudged: ['coverage'],
  },
  {
    defect: 'swept-by-own-clock',
    scenario: 'clock-jumps',
    fails: ['no-loss'],
    unjudged: ['coverage'],
  },
  {
    defect: 'quiet-listed-as-done',
    scenario: 'polling',
    fails: ['truthful-status', 'no-loss', 'one-terminal', 'convergence'],
  },
  { defect: 'done-before-saved', scenario: 'few-chunks', fails: ['truthful-status', 'one-terminal'] },
  {
    defect: 'placeholder-listed-as-done',
    scenario: 'few-chunks',
    fails: ['truthful-status', 'no-loss', 'one-terminal'],
  },
  // Stop.
  { defect: 'stop-is-disconnect', scenario: 'stop-silent', fails: ['cancel-honoured'] },
  {
    defect: 'stop-loses-partial',
    scenario: 'stop-silent',
    fails: ['cancel-honoured', 'no-loss', 'bounded-exposure', 'convergence'],
  },
  { defect: 'stop-as-completed', scenario: 'stop-silent', fails: ['truthful-status', 'no-loss'] },
  // Mixed up.
  { defect: 'stream-crosstalk', scenario: 'taking-turns', fails: ['isolation', 'prefix-order'] },
  {
    defect: 'dropped-before-first',
    scenario: 'left-before-first',
    fails: ['no-loss'],
    unjudged: ['bounded-exposure', 'coverage'],
  },
  {
    defect: 'two-tabs-one-answer',
    scenario: 'second-question',
    fails: ['no-loss', 'truthful-status'],
  },
  { defect: 'key-ignored', scenario: 'sent-twice', fails: ['one-generation', 'convergence'] },
  { defect: 'resume-open-to-all', scenario: 'intruder', fails: ['access'] },
  { defect: 'read-open-to-all', scenario: 'intruder', fails: ['access'] },
  { defect: 'stop-open-to-all', scenario: 'intruder', fails: ['access', 'no-loss'] },
  // In the page.
  {
    defect: 'replay-appended',
    scenario: 'network-mid-chunk',
    driver: 'browser',
    rendered: true,
    fails: ['no-duplication', 'prefix-order', 'convergence'],
  },
  {
    defect: 'offer-taken-twice',
    scenario: 'network-mid-chunk',
    driver: 'browser',
    rendered: true,
    fails: ['no-duplication', 'prefix-order', 'convergence'],
  },
  {
    defect: 'second-reconnect',
    scenario: 'cut-twice',
    driver: 'browser',
    rendered: true,
    fails: ['no-duplication', 'prefix-order', 'convergence'],
  },
  {
    defect: 'double-cut-before-id',
    scenario: 'cut-twice',
    driver: 'browser',
    fails: ['no-duplication', 'prefix-order', 'convergence'],
  },
  {
    defect: 'taken-by-arrival',
    scenario: 'frame-repeated',
    driver: 'browser',
    fails: ['no-duplication', 'prefix-order', 'convergence'],
  },
  {
    defect: 'eof-is-done',
    scenario: 'clean-end',
    driver: 'browser',
    rendered: true,
    fails: ['truthful-status', 'no-loss', 'convergence'],
    unjudged: ['coverage'],
  },
  {
    defect: 'placeholder-is-done',
    scenario: 'refresh-before-first',
    driver: 'browser',
    fails: ['truthful-status', 'no-loss', 'convergence'],
    unjudged: ['coverage'],
  },
  {
    defect: 'double-submit',
    scenario: 'double-click',
    driver: 'browser',
    fails: ['one-generation', 'convergence'],
  },
  {
    defect: 'catch-up-races-live',
    scenario: 'missed-and-live',
    driver: 'browser',
    fails: ['prefix-order', 'convergence'],
  },
  {
    defect: 'quiet-is-done',
    scenario: 'silent-stream',
    driver: 'browser',
    fails: ['truthful-status', 'no-loss', 'convergence'],
  },
  {
    defect: 'wrong-session',
    scenario: 'said-behind',
    driver: 'browser',
    fails: ['isolation', 'prefix-order', 'convergence'],
  },
  {
    defect: 'old-source-left-open',
    scenario: 'there-and-back',
    driver: 'browser',
    fails: ['no-duplication', 'prefix-order', 'convergence'],
  },
  {
    defect: 'keepalive-hides-stall',
    scenario: 'kept-alive',
    driver: 'browser',
    fails: ['eventual-end', 'convergence'],
    unjudged: ['coverage'],
  },
  {
    defect: 'reconnect-loop',
    scenario: 'empty-on-resume',
    driver: 'browser',
    fails: ['hygiene'],
  },
  {
    defect: 'one-flag-for-all',
    scenario: 'asked-beside',
    driver: 'browser',
    fails: ['eventual-end', 'convergence'],
  },
  {
    defect: 'switch-before-first',
    scenario: 'switch-before-first',
    driver: 'browser',
    fails: ['no-loss', 'truthful-status', 'convergence'],
    unjudged: ['coverage'],
  },
  {
    defect: 'stream-in-every-tab',
    scenario: 'tabs-7',
    driver: 'browser',
    fails: ['no-blocking'],
    unjudged: ['coverage'],
  },
];
