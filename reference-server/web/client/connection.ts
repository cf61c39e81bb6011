/**
 * Whether the server can be reached. The browser's own word (`navigator.onLine`) is a hint only: it says offline on
 * a machine without a network although the server may run on it, and online behind a cable that leads nowhere.
 */
export type ConnectionState = 'connecting' | 'online' | 'reconnecting' | 'offline';

export interface Connection {
  readonly state: ConnectionState;
  /** Something was heard of the server. */
  reached(): void;
  /** It was called and did not answer, or broke off. */
  missed(): void;
}

export function watchConnection(hint: () => boolean, changed: () => void): Connection {
  let state: ConnectionState = 'connecting';
  const become = (next: ConnectionState) => {
    if (next === state) return;
    state = next;
    changed();
  };
  return {
    get state() {
      return state;
    },
    reached: () => become('online'),
    missed: () => become(hint() ? 'reconnecting' : 'offline'),
  };
}
