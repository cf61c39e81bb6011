/**
 * The reference server with all the patience in the world for its LLM. Scenarios hold the LLM while they wait for
 * pages and readers; on a busy machine that may take longer than a server bears otherwise, and an answer that it has
 * given up for that would prove nothing of the defect that is planted.
 */
import { reference } from '../targets/reference.ts';
import type { Target } from '../targets/target.ts';

const PATIENCE_MS = 120_000;

export const patient: Target = {
  ...reference,
  capabilities: (persistence) => ({ ...reference.capabilities(persistence), llmPatience: PATIENCE_MS }),
  launch(surroundings) {
    const launched = reference.launch(surroundings);
    return { ...launched, env: { ...launched.env, LLM_IDLE_TIMEOUT_MS: String(PATIENCE_MS) } };
  },
};
