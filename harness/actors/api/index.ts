import type { Driver } from '../driver.ts';
import { createApiDevice } from './device.ts';

export { attack, type Victim } from './intruder.ts';
export { createReader, type KnownAnswer, type Reader } from './reader.ts';
export { replay } from './replay.ts';
export { API_DEFAULTS, type ApiSettings } from './settings.ts';

export const apiDriver: Driver = { name: 'api', device: createApiDevice };
