/**
 * A client device: a listener of its own before the target, so that a fault hits whom it is meant for.
 *
 *              passing ──cut, refuse──▶ refusing      new connections are reset
 *                 ▲  └──cut black-hole──▶ swallowing  new connections are accepted, and nothing comes back
 *                 └────────heal──────────┘
 *     hold, release: independent of these; what comes meanwhile waits
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { Recorder } from '../history/index.ts';
import type { Decode, Framing } from '../wire/index.ts';
import { type AnswerFault, type AnswerFaultId, answerFaults } from './answers/index.ts';
import { type Cut, cuts } from './cuts/index.ts';
import { delivered } from './delivered.ts';
import { type Due, Exchange, type Host } from './exchange.ts';
import type { CutStyle, FaultName, StrikePoint, StrikeStyle } from './fault.ts';
import { createFaultLog } from './fault-log.ts';
import { listen, portOf } from './listen.ts';
import { type ShaperId, shapers } from './shapers/index.ts';
import { leadThrough } from './shapers/line.ts';

export interface Device {
  name: string;
  /** Origin that the device's client talks to. */
  url: string;
  /** Arms a fault that strikes one exchange: the first that stands at or past the point, now or later. */
  strike(at: StrikePoint, style: StrikeStyle, options: StrikeOptions): Strike;
  /**
   * Cuts the device off now: all its exchanges are struck, and what is new is refused (`black-hole`: swallowed)
   * until it heals. Under `half-frame` each stream is struck when its next frame comes.
   *
   * @returns how many live streams it hit
   */
  cut(style: CutStyle, fault: FaultName): number;
  /** Passes nothing on, in either direction, and loses nothing, until `release`. */
  hold(fault?: FaultName): void;
  release(): void;
  /** Resets new connections, and new requests on old ones; what is going on goes on. Until `heal`. */
  refuse(fault?: FaultName): void;
  /** Leads new connections over a bad line, until `heal`: shapers in the order in which bytes to the client pass them. */
  shape(line: readonly ShaperId[], fault: FaultName): void;
  /** Has something befall the answers to new requests, until `heal`. */
  befall(answers: AnswerFaultId, fault: FaultName): void;
  /** Leads new requests to another instance of the target; what is going on stays where it is. `heal` changes nothing. */
  route(instance: number): void;
  /** Ends cuts, black holes, refusing and bad lines and what befalls answers; a connection that was made over a bad line stays on it. */
  heal(): void;
  /** Streams that are open, were not struck, and have not said that their answer has ended. */
  live(): number;
  close(): Promise<void>;
}

export interface StrikeOptions extends FaultName {
  /** From the strike on, what is new is refused (`black-hole`: swallowed) until the device heals. */
  thenRefuse?: boolean;
}

export interface Strike {
  id: string;
  /** Settles when the cut was made: in which exchange, and after how much of its text, in UTF-16 units. */
  struck: Promise<{ exchange: string; text: number }>;
  /** It strikes no more. Without effect once it has struck. */
  disarm(): void;
}

export interface DeviceSetup {
  name: string;
  /** Origin of an instance of the target, 0 the first. */
  upstream(instance: number): string;
  framing: Framing;
  decode: Decode;
  recorder: Recorder;
  nextExchange(): string;
}

interface Armed {
  at: StrikePoint;
  cut: Cut;
  /** UTF-16 units that came before, where what was taken up again counts. */
  before: number;
  strike(exchange: Exchange): Due;
}

/** @throws HF_LISTEN */
export async function openDevice(setup: DeviceSetup): Promise<Device> {
  const { name } = setup;
  const log = createFaultLog(setup.recorder, name);
  const holds = createFaultLog(setup.recorder, name);
  let state: 'passing' | 'refusing' | 'swallowing' = 'passing';
  let isHeld = false;
  let armed: Armed[] = [];
  const sockets = new Set<Socket>();
  const swallowed = new Set<Socket>();
  /** Connections over a bad line, on the client's side of it. */
  const arrivals = new Set<Socket>();
  let line: readonly ShaperId[] = [];
  let befallen: AnswerFault | undefined;
  let instance = 0;
  const exchanges = new Set<Exchange>();

  const host: Host = {
    ...setup,
    instance: () => instance,
    held: () => isHeld,
    answers: () => befallen,
    due(exchange, moment) {
      const found = armed.find(
        ({ at, cut, before }) =>
          moment === (at.beforeHead ? 'head' : cut.tearsNextFrame ? 'frame' : 'between') &&
          before + exchange.text >= at.afterText &&
          exchange.matches(at),
      );
      if (!found) return undefined;
      armed = armed.filter((each) => each !== found);
      return found.strike(exchange);
    },
    over(exchange) {
      if (!exchanges.delete(exchange) || !exchange.leftInMidAnswer) return;
      for (const each of armed)
        if (each.at.takenUp && exchange.matches(each.at)) each.before += exchange.text;
    },
  };

  // Connections come by a listener below HTTP, where they can be refused and swallowed. No time limits: how long
  // a client or a target may take is theirs to say, and a keep-alive that ran out would look like a fault.
  const http = createHttpServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, onRequest);
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, onArrival);
  /** Where bad lines lead to. */
  const inner = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);

  function onArrival(socket: Socket): void {
    if (line.length === 0) {
      onConnection(socket);
      return;
    }
    socket.on('error', () => {});
    arrivals.add(socket);
    socket.on('close', () => arrivals.delete(socket));
    leadThrough(
      line.map((id) => shapers[id]),
      socket,
      portOf(inner),
    );
  }

  function onConnection(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      swallowed.delete(socket);
    });
    // A client may reset at any time; `close` tells of it.
    socket.on('error', () => {});
    if (state === 'refusing') socket.resetAndDestroy();
    else if (state === 'swallowing') swallow(socket);
    else http.emit('connection', socket);
  }

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (state === 'refusing') request.socket.resetAndDestroy();
    else if (state === 'swallowing') swallow(request.socket);
    else exchanges.add(new Exchange(host, setup.nextExchange(), request, response));
  }

  function swallow(socket: Socket): void {
    swallowed.add(socket);
    socket.resume();
  }

  const busySockets = () => new Set([...exchanges].map((exchange) => exchange.socket));

  /** Connections without an exchange break with the others, unless the device has healed before they could. */
  function resetIdle(): void {
    const busy = busySockets();
    for (const socket of sockets) {
      if (busy.has(socket) || socket.writableEnded) continue;
      void delivered(socket).then(() => {
        if (state === 'refusing' && !busySockets().has(socket)) socket.resetAndDestroy();
      });
    }
  }

  function cutOff({ keepsOpen }: Cut): void {
    state = keepsOpen ? 'swallowing' : 'refusing';
    if (!keepsOpen) resetIdle();
  }

  const live = () => [...exchanges].filter((exchange) => exchange.live).length;

  const port = await listen(listener, name);
  await listen(inner, name);
  return {
    name,
    url: `http://127.0.0.1:${port}`,

    strike(at, style, { thenRefuse, ...fault }) {
      if (at.beforeHead && style !== 'reset' && style !== 'fin') {
        throw new TypeError(`before its head a response can be struck by reset and fin, not by ${style}`);
      }
      const cut = cuts[style];
      const { promise: struck, resolve } = Promise.withResolvers<{ exchange: string; text: number }>();
      let disarmed = false;
      const entry: Armed = {
        at,
        cut,
        before: 0,
        strike({ id, text }) {
          const struck = () => {
            log.struck(fault, style, 1);
            if (thenRefuse) cutOff(cut);
          };
          if (!cut.garbles) struck();
          let isInForce = false;
          return {
            cut,
            // It keeps something back, and so is in force; whether it hits the stream is not known yet.
            begins() {
              if (!isInForce) log.struck(fault, style, 0);
              isInForce = true;
            },
            missed() {
              log.healed(fault.id);
              if (!disarmed) armed.push(entry);
            },
            made() {
              if (cut.garbles) struck();
              if (!thenRefuse && !cut.keepsOpen) log.healed(fault.id);
              resolve({ exchange: id, text });
            },
          };
        },
      };
      log.armed(fault, style);
      armed.push(entry);
      for (const exchange of exchanges) exchange.strikeIfDue();
      return {
        id: fault.id,
        struck,
        disarm() {
          disarmed = true;
          armed = armed.filter((each) => each !== entry);
        },
      };
    },

    cut(style, fault) {
      const hit = live();
      log.struck(fault, style, hit);
      for (const exchange of exchanges) exchange.cutNow(cuts[style]);
      cutOff(cuts[style]);
      return hit;
    },

    hold(fault) {
      if (isHeld) return;
      isHeld = true;
      if (fault) holds.struck(fault, 'hold', live());
      for (const exchange of exchanges) exchange.hold();
    },

    release() {
      if (!isHeld) return;
      isHeld = false;
      holds.healed();
      for (const exchange of exchanges) exchange.release();
    },

    refuse(fault) {
      if (fault) log.struck(fault, 'refuse', live());
      state = 'refusing';
    },

    shape(through, fault) {
      line = through;
      // It hits no stream that is live, but those that are to come.
      log.struck(fault, through.join('+'));
    },

    befall(answers, fault) {
      befallen = answerFaults[answers];
      log.struck(fault, answers);
    },

    route(to) {
      instance = to;
    },

    heal() {
      state = 'passing';
      line = [];
      befallen = undefined;
      log.healed();
      for (const exchange of exchanges) exchange.heal();
      for (const socket of swallowed) socket.resetAndDestroy();
    },

    live,

    async close() {
      armed = [];
      const closed = [listener, inner].map((server) => new Promise((resolve) => server.close(resolve)));
      for (const exchange of exchanges) exchange.end();
      for (const socket of [...sockets, ...arrivals]) socket.destroy();
      await Promise.all(closed);
    },
  };
}
