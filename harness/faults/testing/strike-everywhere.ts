import type { CutStyle } from '../fault.ts';
import { FRAMES, startBench, streams, TEXT_AFTER } from './bench.ts';
import { openRaw } from './raw-client.ts';

export interface Struck {
  afterText: number;
  /** The frames that were to be delivered, whole. */
  whole: Buffer;
  /** The frame behind them. */
  next: Buffer;
  body: Buffer;
  terminated: boolean;
  /** How the connection ended; `open`: it did not until it was healed or left. */
  ended: 'fin' | 'reset' | 'open';
  /** Bytes of body that were passed on, by the journal. */
  journalled: number;
  /** `live` and `state` of the fault's events. */
  fault: string[];
  closedBy: string[];
}

/** Lets the style strike at every content index of FRAMES, sent one by one and in one piece. */
export async function strikeEverywhere(style: CutStyle, stays: boolean): Promise<Struck[]> {
  const struck: Struck[] = [];
  for (const how of ['one by one', 'in one piece'] as const) {
    for (let afterText = 0; afterText <= 7; afterText++)
      struck.push(await strikeAt(style, stays, how, afterText));
  }
  return struck;
}

async function strikeAt(
  style: CutStyle,
  stays: boolean,
  how: 'one by one' | 'in one piece',
  afterText: number,
): Promise<Struck> {
  const count = TEXT_AFTER.findIndex((text) => text >= afterText);
  const whole = Buffer.concat(FRAMES.slice(0, count));
  await using bench = await startBench(streams(how));
  const device = await bench.proxy.device('laptop');
  const strike = device.strike({ afterText }, style, { id: 'f1' });
  const client = openRaw(device.url);
  const { text } = await strike.struck;
  if (text !== TEXT_AFTER[count]) throw new Error(`struck after ${text}, not after ${TEXT_AFTER[count]}`);
  let ended: Struck['ended'] = 'open';
  if (stays) await client.hasBody(whole.length);
  else ended = await client.ended;
  const { bytes: body, terminated } = client.body();
  const faults = bench
    .of('fault')
    .map(({ state, live }) => (live === undefined ? state : `${state} ${live}`));
  client.socket.destroy();
  return {
    afterText,
    whole,
    next: FRAMES[count]!,
    body,
    terminated,
    ended,
    journalled: bench
      .of('wire.frame')
      .filter(({ dropped }) => !dropped)
      .reduce((sum, { bytes }) => sum + bytes, 0),
    fault: faults,
    closedBy: bench.of('wire.close').map(({ by }) => by),
  };
}
