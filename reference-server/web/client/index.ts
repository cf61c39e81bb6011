export { Refused, type Session } from './api.ts';
export { Chat, type Snapshot } from './chat.ts';
export type { ConnectionState } from './connection.ts';
export type { Conversation, Message, Phase, Problem, State } from './message.ts';
export type { Parts } from './parts.ts';
