import { reference } from './reference.ts';
import type { Target } from './target.ts';

/** Targets that come with holdfast; others are set in holdfast.config.ts. */
export const targets: readonly Target[] = [reference];
export * from './page.ts';
export * from './target.ts';
