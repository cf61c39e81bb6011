/**
 * The reference server with all the patience in the world for its LLM. Scenarios hold the LLM while they wait for
 * pages and readers; on a busy machine that may take longer than a server bears otherwise, and an answer that it has
 * given up for that would prove nothing of the defect that is planted.
 */
import { referenceBearing } from '../targets/reference.ts';

export const patient = referenceBearing(120_000);
