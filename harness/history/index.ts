export * from './clock.ts';
export * from './events.ts';
export * from './reader.ts';
export * from './recorder.ts';
