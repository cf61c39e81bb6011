/** A device of the API driver: a listener of the fault proxy to itself, and sockets to itself. */
import { Agent } from 'node:http';
import type { FaultProxy } from '../../faults/proxy.ts';
import type { Device, Tab } from '../actor.ts';
import { createConnectivity } from './connectivity.ts';
import type { ApiSettings } from './settings.ts';
import { createApiTab } from './tab.ts';

export async function createApiDevice(
  name: string,
  settings: ApiSettings,
  proxy: FaultProxy,
): Promise<Device> {
  const { recorder, user } = settings;
  const listener = await proxy.device(name, recorder);
  const agent = new Agent({ keepAlive: true });
  const connectivity = createConnectivity();
  const way = () => ({ origin: listener.url, agent, headers: user.headers, starved: settings.starved });
  const tabs: Tab[] = [];

  const device: Device = {
    name,
    async openTab() {
      const tab = createApiTab({
        name: `${name}-tab-${tabs.length + 1}`,
        device,
        settings,
        connectivity,
        way,
      });
      const fields = { op: settings.name('op'), f: 'open-tab', actor: tab.name, user: user.name } as const;
      recorder.record({ type: 'invoke', ...fields });
      recorder.record({ type: 'ok', ...fields });
      tabs.push(tab);
      return tab;
    },
    async cut(style, id) {
      const fields = { op: settings.name('op'), f: 'cut', actor: name, user: user.name } as const;
      recorder.record({ type: 'invoke', ...fields });
      const live = listener.cut(style, { id });
      connectivity.set(false);
      recorder.record({ type: 'ok', ...fields });
      return live;
    },
    async cutAt(point, style, { name: id, once = false, question }) {
      const strike = listener.strike(point, style, {
        id,
        thenRefuse: !once,
        ...(question && { send: question.spec.seed }),
      });
      const struck = strike.struck.then(() => {
        if (!once) connectivity.set(false);
      });
      return { struck };
    },
    async offline() {
      const fields = { op: settings.name('op'), f: 'offline', actor: name, user: user.name } as const;
      recorder.record({ type: 'invoke', ...fields });
      connectivity.set(false);
      recorder.record({ type: 'ok', ...fields });
    },
    async badLine(line, id) {
      listener.shape(line, { id });
    },
    async befall(answers, id) {
      listener.befall(answers, { id });
    },
    async refuse(id) {
      listener.refuse({ id });
    },
    async route(instance) {
      const fields = { op: settings.name('op'), f: 'route', actor: name, user: user.name } as const;
      recorder.record({ type: 'invoke', ...fields });
      listener.route(instance);
      recorder.record({ type: 'ok', ...fields });
    },
    async heal() {
      const fields = { op: settings.name('op'), f: 'heal', actor: name, user: user.name } as const;
      recorder.record({ type: 'invoke', ...fields });
      listener.heal();
      recorder.record({ type: 'ok', ...fields });
      connectivity.set(true);
    },
    async quiet() {
      for (const tab of tabs) await tab.quiet();
    },
    async close() {
      for (const tab of tabs) await tab.close();
      agent.destroy();
      await listener.close();
    },
  };
  return device;
}
