/** The cast of every program: few names, so that steps drawn by chance have something to do with each other. */
export const DEVICES = ['laptop', 'phone'] as const;
export const TABS = ['laptop/1', 'laptop/2', 'phone/1'] as const;
export const SESSIONS = ['kelp', 'tides'] as const;
export const QUESTIONS = ['a', 'b', 'c'] as const;

/** Processes of the target, where a program has two: the first is there in every one. */
export const INSTANCES = [0, 1] as const;

export type DeviceName = (typeof DEVICES)[number];
export type TabName = (typeof TABS)[number];
export type SessionName = (typeof SESSIONS)[number];
export type QuestionName = (typeof QUESTIONS)[number];
export type InstanceNumber = (typeof INSTANCES)[number];

export function deviceOf(tab: TabName): DeviceName {
  return tab.slice(0, tab.indexOf('/')) as DeviceName;
}

/** For people. */
export const instanceInWords = (instance: InstanceNumber): string => `instance ${instance + 1}`;
