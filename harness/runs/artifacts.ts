/** What plays in a browser leave besides their history: traces and pictures of their pages. Kept of what did not pass. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioResult } from './results.ts';

/** Within the folder of a run. */
const PAGES = 'pages';

/** Where a play leaves them. */
export function artifactsFolder(run: string, play: string): string {
  return join(run, PAGES, nameOf(play));
}

/** Names, in the results, what there is; `tidy`: removes what passed left. */
export function withArtifacts(run: string, scenarios: ScenarioResult[], tidy: boolean): ScenarioResult[] {
  const named = scenarios.map((scenario) => {
    const folder = artifactsFolder(run, scenario.play);
    if (tidy && scenario.verdict === 'pass') rmSync(folder, { recursive: true, force: true });
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    return { ...scenario, artifacts: files.map((file) => [PAGES, nameOf(scenario.play), file].join('/')) };
  });
  const pages = join(run, PAGES);
  if (tidy && existsSync(pages) && readdirSync(pages).length === 0) rmSync(pages, { recursive: true });
  return named;
}

const nameOf = (play: string) => play.replaceAll('/', '-');
