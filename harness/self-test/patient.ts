/**
 * The reference server with all the patience in the world for its LLM. Scenarios hold the LLM while they wait for
 * pages and readers; on a busy machine that may take longer than a server bears otherwise, and an answer that it has
 * given up for that would prove nothing of the defect that is planted.
 */
import { referenceWith } from '../targets/reference.ts';

export const patient = referenceWith({}, 120_000);
