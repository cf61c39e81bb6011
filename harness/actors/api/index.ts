export { createApiDevice } from './device.ts';
export { attack, type Victim } from './intruder.ts';
export { createReader, type KnownAnswer, type Reader } from './reader.ts';
export { replay } from './replay.ts';
export { API_DEFAULTS, type ApiSettings } from './settings.ts';
