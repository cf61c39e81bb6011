import { createReadStream } from 'node:fs';
import { HISTORY_VERSION, type Recorded } from './events.ts';

/** Something about the file that whoever relies on it must know. */
export interface HistoryFlaw {
  line: number;
  flaw: 'cut-off-line' | 'unreadable-line' | 'sequence-gap' | 'unknown-version';
  message: string;
}

export interface ReadOptions {
  /** Told of each flaw. A cut-off last line is what a crash of the harness leaves; the others are damage. */
  onFlaw?: (flaw: HistoryFlaw) => void;
}

/** Reads a history file, in file order, in constant memory. Flawed lines are reported and passed over. */
export async function* readHistory(path: string, options: ReadOptions = {}): AsyncGenerator<Recorded> {
  const flaw = options.onFlaw ?? (() => {});
  const nextSeq = new Map<string, number>();
  let line = 0;
  // A line that does not parse is a cut-off one only if nothing follows it.
  let unread: HistoryFlaw | undefined;
  for await (const text of lines(path)) {
    line++;
    if (unread) flaw(unread);
    unread = undefined;
    const event = parseLine(text);
    if (!event) {
      unread = {
        line,
        flaw: 'unreadable-line',
        message: `line ${line} is not an event: ${text.slice(0, 80)}`,
      };
      continue;
    }
    if (event.type === 'source' && event.version !== HISTORY_VERSION) {
      flaw({
        line,
        flaw: 'unknown-version',
        message: `line ${line}: source ${event.source} speaks version ${event.version}, this reader ${HISTORY_VERSION}`,
      });
    }
    const expected = nextSeq.get(event.source) ?? 0;
    if (event.seq !== expected) {
      flaw({
        line,
        flaw: 'sequence-gap',
        message: `line ${line}: source ${event.source} goes from ${expected - 1} to ${event.seq}`,
      });
    }
    nextSeq.set(event.source, event.seq + 1);
    yield event;
  }
  if (unread) {
    flaw({
      ...unread,
      flaw: 'cut-off-line',
      message: `the last line (${unread.line}) is cut off: the harness ended while writing it`,
    });
  }
}

/** Lines as \n ends them. (`node:readline` also ends one at U+2028, which JSON leaves bare in a string.) */
async function* lines(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function parseLine(text: string): Recorded | undefined {
  try {
    const value = JSON.parse(text);
    const isEvent =
      typeof value?.type === 'string' && typeof value.source === 'string' && Number.isInteger(value.seq);
    return isEvent ? value : undefined;
  } catch {
    return undefined;
  }
}
