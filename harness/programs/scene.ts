/**
 * What is known of a program's play before it is played: who has opened what, how far the LLM may speak, who is cut
 * off. It decides which steps make sense, so that no step waits for what cannot come; and it is a function of the
 * program alone, so that a program from which steps were taken is again one that can be played.
 */
import type { AnswerFaultId } from '../faults/answers/index.ts';
import type { TargetCapabilities } from '../history/events.ts';
import {
  type DeviceName,
  deviceOf,
  type InstanceNumber,
  type QuestionName,
  type SessionName,
  type TabName,
} from './names.ts';

/** What steps ask of a target, and of what it stands on. */
export type Abilities = Pick<
  TargetCapabilities,
  'stop' | 'afterCrash' | 'checkpointWithin' | 'instances' | 'clock'
> & {
  /** It has a database of which it is known what it holds: something can befall that. */
  database?: boolean;
  /** The database server is ours to kill. */
  ownDatabase?: boolean;
};

export interface Scene {
  abilities: Abilities;
  /** Clients catch up by polling. */
  polls: boolean;
  /** Processes of the target, in order: one, or two on one database. */
  instances: InstanceScene[];
  /** `slow`: it serves all the same; `away`: nothing certain is had of it; `shut`: not even by the harness. */
  database: 'fine' | 'slow' | 'away' | 'shut';
  /** The wall clock of the database is ahead by so many ms; negative: behind. */
  databaseClock: number;
  /** ms that were let pass so far. */
  passed: number;
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

export interface InstanceScene {
  state: 'serves' | 'frozen' | 'gone';
  /** Its wall clock is ahead by so many ms; negative: behind. */
  clock: number;
}

export interface DeviceScene {
  online: boolean;
  /** To which instance its requests go. */
  instance: InstanceNumber;
  /** What befalls its requests, until it heals. */
  befallen: AnswerFaultId | 'refused' | null;
  /** Its connections go over a bad line, until it heals. */
  badLine: boolean;
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
  /** The instance that produces the answer; `any`: another may go on with it, or may not. */
  owner: InstanceNumber | 'any';
  /** That the LLM has to say before it ends, one way or the other. */
  chunks: number;
  /** How many chunks the LLM may say; `all`: it is not held any more. */
  may: number | 'all';
  /** Stopped, or its server was killed: the LLM says no more of it. */
  over: boolean;
  /** Something has befallen the target by which the answer may end before its time, or may not. */
  frail: boolean;
}

export type Goal =
  | { goal: 'fault-struck'; fault: string }
  | { goal: 'mid-stream'; f: 'refresh' | 'switch' | 'stop' | 'kill'; question: QuestionName };

export function emptyScene(
  abilities: Abilities,
  { polls, instances }: Pick<Scene, 'polls'> & { instances: number },
): Scene {
  return {
    abilities,
    polls,
    instances: Array.from({ length: instances }, () => ({ state: 'serves', clock: 0 })),
    database: 'fine',
    databaseClock: 0,
    passed: 0,
    devices: new Map(),
    tabs: new Map(),
    sessions: new Set(),
    questions: new Map(),
    goals: [],
    feeds: new Set(),
  };
}

/** The device; one that was never used is as it should be, and led to the first instance. */
export function deviceIn({ devices }: Scene, name: DeviceName): DeviceScene {
  const known = devices.get(name);
  return known ?? { online: true, instance: 0, befallen: null, badLine: false, snipped: false };
}

/** The device, used from now on. */
export function takeDevice(scene: Scene, name: DeviceName): DeviceScene {
  const device = deviceIn(scene, name);
  scene.devices.set(name, device);
  return device;
}

const UNANSWERED: ReadonlySet<DeviceScene['befallen']> = new Set(['unavailable', 'bad-gateway', 'refused']);

/** What is asked for by the tab is answered: its requests get to an instance that serves. */
export function reaches(scene: Scene, tab: TabName): boolean {
  const { online, befallen, instance } = deviceIn(scene, deviceOf(tab));
  return online && !UNANSWERED.has(befallen) && serves(scene, instance);
}

/** The instance answers whoever asks. */
export function serves(scene: Scene, instance: InstanceNumber | 'any'): boolean {
  const concerned = instance === 'any' ? scene.instances : [scene.instances[instance]];
  return concerned.every((each) => each?.state === 'serves') && isDatabaseThere(scene);
}

export function isDatabaseThere({ database }: Scene): boolean {
  return database === 'fine' || database === 'slow';
}

/** What the tab follows comes to it as it is said, besides. */
function hears(scene: Scene, tab: TabName): boolean {
  const { befallen } = deviceIn(scene, deviceOf(tab));
  return reaches(scene, tab) && (befallen === null || befallen === 'slow-headers');
}

/** Of no answer that is going on is it certain any more how it ends, nor of any stream that it is live. */
export function unsettle(scene: Scene, owner?: InstanceNumber): void {
  for (const asked of scene.questions.values()) if (concerns(owner, asked)) shake(scene, asked);
  breakStreams(scene);
}

/** Whether what befalls an instance (undefined: what all depend on) may befall the answer. */
export function concerns(instance: InstanceNumber | undefined, { owner }: QuestionScene): boolean {
  return instance === undefined || owner === 'any' || owner === instance;
}

/** The answer may end before its time, or be gone on with by whoever is there. */
export function shake({ abilities }: Scene, asked: QuestionScene): void {
  asked.frail = true;
  if (abilities.afterCrash === 'continues') asked.owner = 'any';
}

/** The tab, open from now on. */
export function openTab(scene: Scene, name: TabName): TabScene {
  takeDevice(scene, deviceOf(name));
  const tab = scene.tabs.get(name) ?? { shows: null, holds: new Map(), streams: new Set() };
  scene.tabs.set(name, tab);
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

/** The question, where the tab can learn more of its answer: it has it on the screen, and what is said reaches it. */
export function followed(scene: Scene, tab: TabName, question: QuestionName): QuestionScene | undefined {
  const asked = scene.questions.get(question);
  const at = scene.tabs.get(tab);
  if (!asked || !at || at.shows !== asked.session || !at.holds.has(question)) return undefined;
  return hears(scene, tab) ? asked : undefined;
}

/** Tabs of a device, or of all, have no stream that is certainly live any more. Which answers they had a part of. */
export function breakStreams(scene: Scene, device?: DeviceName): Set<QuestionName> {
  return breakStreamsWhere(scene, (name) => device === undefined || deviceOf(name) === device);
}

export function breakStreamsWhere(scene: Scene, concerns: (tab: TabName) => boolean): Set<QuestionName> {
  const broken = new Set<QuestionName>();
  for (const [name, tab] of scene.tabs) {
    if (!concerns(name)) continue;
    for (const question of tab.streams) broken.add(question);
    beginAnew(scene, tab);
  }
  return broken;
}

/** Nobody is in the middle of the answer any more: the LLM may end it. */
export function letGo({ tabs }: Scene, name: QuestionName): void {
  for (const tab of tabs.values()) tab.streams.delete(name);
}
