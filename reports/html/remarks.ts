/** What changes how far a run can be believed: a failure of the harness, what was skipped, a damaged history. */
import type { Results } from '../../harness/runs/results.ts';
import { skippedTogether } from '../words.ts';
import { html, type Markup } from './markup.ts';

const MOST_FLAWS = 20;

export function remarks(results: Results): Markup | null {
  const { failure, skipped, flaws } = results;
  if (!failure && skipped.length === 0 && flaws.length === 0) return null;
  return html`<ul class="remarks">
${failure ? html`<li><strong>The harness failed</strong> (<code>${failure.code}</code>): <span class="said">${failure.message}</span></li>` : null}
${skippedTogether(skipped).map(
  ({ whats, why, allowed }) =>
    html`<li><strong>Skipped${allowed ? ', as allowed' : ', which makes the run unknown'}</strong>: ${whats.join(', ')}, because ${why}.</li>`,
)}
${flaws.slice(0, MOST_FLAWS).map((flaw) => html`<li><strong>History</strong> (${flaw.flaw}): ${flaw.message}</li>`)}
${flaws.length > MOST_FLAWS ? html`<li>${flaws.length - MOST_FLAWS} more flaws of the history.</li>` : null}
</ul>`;
}
