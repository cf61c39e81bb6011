/** What a tab holds of one answer, and the record of how it came to hold it. */
import { type GenerationState, type Recorder, type SendSeed, TERMINAL_STATES } from '../history/index.ts';

export interface View {
  readonly id: string;
  readonly send: SendSeed;
  readonly text: string;
  /** The target's id of the answer, once known. */
  message: string | undefined;
  /** The last cursor that the target gave. */
  cursor: string | undefined;
  /** Set once the target has told the end. */
  readonly ended: GenerationState | undefined;
  append(text: string, stream?: string): void;
  set(text: string, stream?: string): void;
  /** The text starts anew, by the target's word or by replay; what follows is appended to nothing. */
  reset(why: 'replay' | 'target', reason?: string): void;
  end(state: GenerationState): void;
  /** Nobody looks at it any more. */
  close(why: 'refresh' | 'tab-closed' | 'snapshot'): void;
  /** Resolves when `until` holds of it; looks again at every change. */
  when(until: (view: View) => boolean): Promise<void>;
}

export interface ViewOptions {
  id: string;
  actor: string;
  send: SendSeed;
  recorder: Recorder;
  kind?: 'live' | 'snapshot';
  fresh?: boolean;
  /** The view that this one replaces after a reload. */
  after?: string;
  by?: 'page';
  rendered?: boolean;
}

export function openView(options: ViewOptions): View {
  const { id, actor, send, recorder, kind = 'live', fresh, after, by, rendered } = options;
  let text = '';
  let ended: GenerationState | undefined;
  let closed = false;
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const look of [...waiting]) look();
  };
  const seen = (how: 'append' | 'set', piece: string, stream?: string) =>
    recorder.record({ type: 'seen', view: id, send, how, text: piece, ...(stream && { stream }) });

  recorder.record({
    type: 'view.open',
    view: id,
    actor,
    send,
    kind,
    ...(fresh && { fresh }),
    ...(after && { after }),
    ...(by && { by }),
    ...(rendered && { rendered }),
  });
  const view: View = {
    id,
    send,
    message: undefined,
    cursor: undefined,
    get text() {
      return text;
    },
    get ended() {
      return ended;
    },
    append(piece, stream) {
      text += piece;
      seen('append', piece, stream);
      changed();
    },
    set(whole, stream) {
      text = whole;
      seen('set', whole, stream);
      changed();
    },
    reset(why, reason) {
      text = '';
      recorder.record({ type: 'view.reset', view: id, send, why, ...(reason && { reason }) });
    },
    end(state) {
      if (ended !== undefined || !TERMINAL_STATES.has(state)) return;
      ended = state;
      recorder.record({ type: 'view.end', view: id, send, state });
      changed();
    },
    close(why) {
      if (closed) return;
      closed = true;
      recorder.record({ type: 'view.close', view: id, send, why });
    },
    async when(until) {
      if (until(view)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (until(view)) resolve();
      };
      waiting.add(look);
      await promise.finally(() => waiting.delete(look));
    },
  };
  return view;
}
