/** Devices, tabs and sessions of a program that is being played; each comes to be when it is first needed. */
import type { Device, Session, Tab } from '../actors/actor.ts';
import type { Stage } from '../runs/scenario.ts';
import { type DeviceName, deviceOf, type QuestionName, type SessionName, type TabName } from './names.ts';
import type { Scene } from './scene.ts';

export interface Cast {
  stage: Stage;
  /** How things stand when the step is played. */
  scene: Scene;
  device(name: DeviceName): Promise<Device>;
  tab(name: TabName): Promise<Tab>;
  /** The tab, with that session on its screen. */
  tabAt(name: TabName, session: SessionName): Promise<Tab>;
  session(name: SessionName): Session;
  close(name: TabName): Promise<void>;
  /** The LLM may say so much; 0: it is called and does not answer. */
  letSpeak(question: QuestionName, chunks: number | 'all'): Promise<void>;
  /** Resolves when the LLM has come to its barrier, or its call has ended. */
  spoken(question: QuestionName, chunks: number | 'all'): Promise<void>;
}

export function assemble(stage: Stage, scene: Scene): Cast {
  const devices = new Map<DeviceName, Device>();
  const tabs = new Map<TabName, { tab: Tab; shows: SessionName | null }>();
  const sessions = new Map<SessionName, Session>();

  async function opened(name: TabName) {
    const known = tabs.get(name);
    if (known) return known;
    const entry = { tab: await (await cast.device(deviceOf(name))).openTab(), shows: null };
    tabs.set(name, entry);
    return entry;
  }

  const cast: Cast = {
    stage,
    scene,
    async device(name) {
      const device = devices.get(name) ?? (await stage.device(name));
      devices.set(name, device);
      return device;
    },
    tab: async (name) => (await opened(name)).tab,
    async tabAt(name, session) {
      const entry: { tab: Tab; shows: SessionName | null } = await opened(name);
      if (entry.shows !== session) {
        const known = sessions.get(session);
        if (known) await entry.tab.switchTo(known);
        else sessions.set(session, await entry.tab.createSession(session));
        entry.shows = session;
      }
      return entry.tab;
    },
    session: (name) => sessions.get(name)!,
    async close(name) {
      await (await cast.tab(name)).close();
      tabs.delete(name);
    },
    async letSpeak(name, chunks) {
      const question = stage.question(name);
      if (chunks === 'all') await stage.llm.release(question);
      else await stage.llm.holdAt(question, barrier(chunks));
    },
    async spoken(name, chunks) {
      if (chunks === 'all') return;
      const question = stage.question(name);
      await Promise.race([stage.llm.waitsAt(question, barrier(chunks)), stage.llm.ended(question)]);
    },
  };
  return cast;
}

const barrier = (chunks: number) => (chunks === 0 ? 'opened' : chunks);
