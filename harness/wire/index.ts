export * from './frame-reader.ts';
export * from './framer.ts';
export * from './frames.ts';
