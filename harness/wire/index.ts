export * from './framer.ts';
export * from './frames.ts';
