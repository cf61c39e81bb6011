/** What a project imports that tests its own chat with holdfast. */
export { defineConfig, type HoldfastConfig } from './config.ts';
export type * from './history/events.ts';
export { defineScenario, type Scenario, type Stage } from './runs/scenario.ts';
export type { PageControls, PageMode, PageParts, TargetPage } from './targets/page.ts';
export type * from './targets/target.ts';
export type * from './wire/frames.ts';
