import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { now } from './clock.ts';
import { HISTORY_VERSION, type HistoryEvent, type Recorded } from './events.ts';

/** Time and error of an event that happened elsewhere or earlier. */
export interface When {
  t?: number;
  err?: number;
}

export interface Recorder {
  /** Stamps the event, hands it to the sink, returns it as recorded. */
  record<E extends HistoryEvent>(event: E, when?: When): Recorded<E>;
  /** The same source, its events marked as belonging to a play. */
  forPlay(play: string): Recorder;
}

/** Where recorded events go. */
export type Sink = (event: Recorded) => void;

/**
 * A source of events. Opens with a `source` event that anchors its clock.
 *
 * @param source name of the source, unique in the history
 * @param err error of its clock against the harness's, ms; 0 where it is the harness's own
 */
export function createSource(source: string, sink: Sink, err = 0): Recorder {
  let seq = 0;
  const forPlay = (play: string | undefined): Recorder => ({
    record(event, when) {
      const stamped = {
        ...event,
        source,
        seq: seq++,
        t: when?.t ?? now(),
        err: when?.err ?? err,
        ...(play !== undefined && { play }),
      };
      sink(stamped);
      return stamped;
    },
    forPlay,
  });
  const recorder = forPlay(undefined);
  recorder.record({
    type: 'source',
    version: HISTORY_VERSION,
    wall: new Date().toISOString(),
    clock: 'monotonic, shared by the processes of one machine',
  });
  return recorder;
}

export interface HistoryFile {
  sink: Sink;
  close(): void;
}

/**
 * Opens a new history file, one JSON object a line. Each event is handed to the operating system before `sink`
 * returns, so that a crash of the harness, even by SIGKILL, loses none.
 *
 * @throws where the file exists: a history is never overwritten
 */
export function openHistoryFile(path: string): HistoryFile {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'ax');
  let open = true;
  return {
    sink(event) {
      if (open) writeSync(fd, `${JSON.stringify(event)}\n`);
    },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}
