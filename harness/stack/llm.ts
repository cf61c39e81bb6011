/** The mock LLM, seen from the harness. */
export { connectLlm, type LlmConnection, type LlmControl } from './llm/control.ts';
export type { Allow } from './llm/gates.ts';
export type { LlmEnd } from './llm/send-ledger.ts';
