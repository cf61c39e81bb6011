/** What is going on: one line that is rewritten on a terminal, plain lines elsewhere. */
import { shorten, visible } from './text.ts';

/** The part of a stream that is needed; `process.stderr` is one. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface ProgressState {
  done: number;
  total: number;
  /** What is being played. */
  current: string;
}

export interface Progress {
  update(state: ProgressState): void;
  /** A line that stays. */
  line(text: string): void;
  /** Takes the live line away. */
  end(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

export function createProgress(stream: ProgressStream): Progress {
  return stream.isTTY ? liveLine(stream) : plainLines(stream);
}

function liveLine(stream: ProgressStream): Progress {
  let shown = '';
  const draw = (text: string) => {
    stream.write(text === '' ? CLEAR_LINE : `${CLEAR_LINE}${text}`);
    shown = text;
  };
  return {
    update(state) {
      // One column is left free: a full line makes some terminals scroll.
      draw(shorten(describe(state), Math.max(10, (stream.columns ?? 80) - 1)));
    },
    line(text) {
      const live = shown;
      if (live !== '') draw('');
      stream.write(`${text}\n`);
      if (live !== '') draw(live);
    },
    end() {
      if (shown !== '') draw('');
    },
  };
}

function plainLines(stream: ProgressStream): Progress {
  let last = '';
  return {
    update(state) {
      const text = describe(state);
      if (text !== last) stream.write(`${text}\n`);
      last = text;
    },
    line(text) {
      stream.write(`${text}\n`);
    },
    end() {},
  };
}

function describe({ done, total, current }: ProgressState): string {
  return visible(`[${String(done).padStart(String(total).length)}/${total}] ${current}`);
}
