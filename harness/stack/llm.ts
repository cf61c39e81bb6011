/** The mock LLM, seen from the harness. */
export { type Allow, connectLlm, type LlmConnection, type LlmControl } from './llm/control.ts';
export type { LlmEnd } from './llm/send-ledger.ts';
