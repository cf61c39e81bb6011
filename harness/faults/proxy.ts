/**
 * The proxy between client devices and the target. It runs in the harness, understands frames through the target
 * adapter's `decode`, strikes at an exact content index, and journals what was on the wire.
 *
 *     laptop ── 127.0.0.1:p1 ─┐
 *                             ├─ proxy ──▶ target
 *     phone ─── 127.0.0.1:p2 ─┘
 */
import type { Recorder } from '../history/index.ts';
import type { Decode, Framing } from '../wire/index.ts';
import { type Device, openDevice } from './device.ts';

export interface FaultProxy {
  /**
   * Opens a listener for a client device.
   *
   * @param recorder where its events go; default: the proxy's
   * @throws HF_LISTEN
   */
  device(name: string, recorder?: Recorder): Promise<Device>;
  /** Closes all devices. */
  close(): Promise<void>;
}

export interface FaultProxySetup {
  /** Origin of an instance of the target, 0 the first; asked for each request, since a restart may change it. */
  upstream(instance: number): string;
  framing: Framing;
  decode: Decode;
  recorder: Recorder;
}

export async function startFaultProxy(setup: FaultProxySetup): Promise<FaultProxy> {
  const devices = new Set<Device>();
  let exchanges = 0;
  return {
    async device(name, recorder = setup.recorder) {
      const opened = await openDevice({ ...setup, name, recorder, nextExchange: () => `x${exchanges++}` });
      const device: Device = {
        ...opened,
        close() {
          devices.delete(device);
          return opened.close();
        },
      };
      devices.add(device);
      return device;
    },
    async close() {
      await Promise.all([...devices].map((device) => device.close()));
    },
  };
}
