/**
 * What is known of a program's play before it is played: who has opened what, how far the LLM may speak, who is cut
 * off. It decides which steps make sense, so that no step waits for what cannot come; and it is a function of the
 * program alone, so that a program from which steps were taken is again one that can be played.
 */
import type { TargetCapabilities } from '../history/events.ts';
import { type DeviceName, deviceOf, type QuestionName, type SessionName, type TabName } from './names.ts';

/** What steps ask of a target. */
export type Abilities = Pick<TargetCapabilities, 'stop' | 'afterCrash' | 'checkpointWithin'>;

export interface Scene {
  abilities: Abilities;
  /** Clients catch up by polling. */
  polls: boolean;
  /** Devices that were used, and whether they have a network. */
  devices: Map<DeviceName, DeviceScene>;
  /** Tabs that are open. */
  tabs: Map<TabName, TabScene>;
  sessions: Set<SessionName>;
  questions: Map<QuestionName, QuestionScene>;
  /** What certainly happens, and so must be found to have happened. */
  goals: Goal[];
  /** Checkers that certainly get something to judge. */
  feeds: Set<string>;
}

export interface DeviceScene {
  online: boolean;
  /** Something lies in wait for one of its connections: none is certain to last. */
  snipped: boolean;
}

export interface TabScene {
  shows: SessionName | null;
  /**
   * Answers that it has been given anything of, in whatever session; and how far the LLM was allowed to speak when the
   * tab's way to it last began: what it holds beyond that has come by a stream that is open.
   */
  holds: Map<QuestionName, number>;
  /** Answers that it certainly has a part of, by a stream that is certainly live. */
  streams: Set<QuestionName>;
}

export interface QuestionScene {
  session: SessionName;
  /** That the LLM has to say before it ends, one way or the other. */
  chunks: number;
  /** How many chunks the LLM may say; `all`: it is not held any more. */
  may: number | 'all';
  /** Stopped, or its server was killed: the LLM says no more of it. */
  over: boolean;
}

export type Goal =
  | { goal: 'fault-struck'; fault: string }
  | { goal: 'mid-stream'; f: 'refresh' | 'switch' | 'stop' | 'kill'; question: QuestionName };

export function emptyScene(abilities: Abilities, polls: boolean): Scene {
  return {
    abilities,
    polls,
    devices: new Map(),
    tabs: new Map(),
    sessions: new Set(),
    questions: new Map(),
    goals: [],
    feeds: new Set(),
  };
}

/** Its device was never used, or has a network. */
export function isOnline({ devices }: Scene, tab: TabName): boolean {
  return devices.get(deviceOf(tab))?.online ?? true;
}

/** The tab, open from now on. */
export function openTab({ devices, tabs }: Scene, name: TabName): TabScene {
  const device = deviceOf(name);
  if (!devices.has(device)) devices.set(device, { online: true, snipped: false });
  const tab = tabs.get(name) ?? { shows: null, holds: new Map(), streams: new Set() };
  tabs.set(name, tab);
  return tab;
}

/** The session is on the tab's screen from now on, brought up to what the target has of it. */
export function show(scene: Scene, tab: TabScene, session: SessionName): void {
  if (tab.shows === session) return;
  tab.shows = session;
  beginAnew(scene, tab);
  if (scene.sessions.has(session)) takeUp(scene, tab, session);
  scene.sessions.add(session);
}

/** The tab is given what there is of a session. */
export function takeUp(scene: Scene, tab: TabScene, session: SessionName): void {
  for (const name of askedIn(scene, session)) tab.holds.set(name, reached(scene, name));
}

/** None of the tab's ways to an answer lasts. */
function beginAnew(scene: Scene, tab: TabScene): void {
  tab.streams.clear();
  for (const name of tab.holds.keys()) tab.holds.set(name, reached(scene, name));
}

function reached({ questions }: Scene, name: QuestionName): number {
  const may = questions.get(name)?.may;
  return may === undefined || may === 'all' ? Number.POSITIVE_INFINITY : may;
}

export function askedIn({ questions }: Scene, session: SessionName): QuestionName[] {
  return [...questions].filter(([, question]) => question.session === session).map(([name]) => name);
}

/** The question, where the tab can learn more of its answer: it has it on the screen, and has a network. */
export function followed(scene: Scene, tab: TabName, question: QuestionName): QuestionScene | undefined {
  const asked = scene.questions.get(question);
  const at = scene.tabs.get(tab);
  if (!asked || !at || at.shows !== asked.session || !at.holds.has(question)) return undefined;
  return isOnline(scene, tab) ? asked : undefined;
}

/** Tabs of a device, or of all, have no stream that is certainly live any more. Which answers they had a part of. */
export function breakStreams(scene: Scene, device?: DeviceName): Set<QuestionName> {
  const broken = new Set<QuestionName>();
  for (const [name, tab] of scene.tabs) {
    if (device !== undefined && deviceOf(name) !== device) continue;
    for (const question of tab.streams) broken.add(question);
    beginAnew(scene, tab);
  }
  return broken;
}

/** Nobody is in the middle of the answer any more: the LLM may end it. */
export function letGo({ tabs }: Scene, name: QuestionName): void {
  for (const tab of tabs.values()) tab.streams.delete(name);
}
