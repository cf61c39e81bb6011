/** What tests of others need of the mock LLM: `import { … } from 'holdfast/mock-llm'`. */
export { type Directive, formatDirective, parseDirective } from './directive.ts';
export { MockLlmError } from './errors.ts';
export { type Expected, expected, expectedText, type Spec } from './faults/expected.ts';
export { formatTimeline, parseTimeline, type Timeline } from './faults/timeline.ts';
export { HAZARDS, type Mark, marks, oracle, oracleText, TEXT_MODES, type TextMode } from './oracle.ts';
export { parseRecording, type Recording } from './recording.ts';
export { type MockLlm, type MockLlmOptions, startMockLlm } from './server.ts';
