import { useSyncExternalStore } from 'react';
import type { Chat, Snapshot } from '../client/index.ts';

export function useChat(chat: Chat): Snapshot {
  return useSyncExternalStore(chat.subscribe, chat.snapshot);
}
