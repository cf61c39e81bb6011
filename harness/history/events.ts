/**
 * The event vocabulary of a history, version 1.
 *
 * A history is an append-only list of these events, one JSON object a line. Checkers judge from nothing else,
 * so an event says what happened in the field's terms and never what some checker should think of it.
 *
 * Units: times are milliseconds, positions and lengths are UTF-16 code units, chunks are counted from 0.
 * A position "after k chunks" means the concatenated text of chunks 0 … k-1.
 */

/** Version of the vocabulary. Raised when an old reader could misjudge a new history. */
export const HISTORY_VERSION = 1;

/** The seed of one intended send. Every intended send has its own: it is the generation's name everywhere. */
export type SendSeed = number;

/** What any place may say about a generation. `absent`: it was looked for and is not there. */
export type GenerationState = 'generating' | 'completed' | 'error' | 'cancelled' | 'absent';

export const TERMINAL_STATES: ReadonlySet<string> = new Set(['completed', 'error', 'cancelled']);

/** Stamped on every event by the recorder. */
export interface Stamp {
  /** Who recorded it; sequence numbers rise by one within a source. */
  source: string;
  seq: number;
  /** Monotonic time, ms. Comparable between sources within the sum of their `err`. */
  t: number;
  /** Error of that clock against the harness's, ms. No verdict rests on a smaller difference. */
  err: number;
  /** The play (one scenario, driver and persistence, once) it belongs to; absent: the whole stack. */
  play?: string;
}

/**
 * `marked`: chunks carry a watermark; `natural`: they carry none; a provider's name: natural text in chunks as long as
 * that provider's. The LLM's own list (mock-llm/oracle.ts), told again, since a history knows nobody.
 */
export type TextMode =
  | 'marked'
  | 'natural'
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic'
  | 'xai'
  | 'deepseek'
  | 'groq';

/** What the LLM was told to speak for a send: with it `expected` is known beforehand. */
export interface SendSpec {
  seed: SendSeed;
  /** Number of chunks of the whole answer, empty ones included. */
  chunks: number;
  mode: TextMode;
  /**
   * The timeline of faults of its LLM calls, as a directive writes it (mock-llm/faults/timeline.ts): with it comes
   * what a faithful reader of the LLM has, and how the call ends for it. Absent: none.
   */
  faults?: string;
}

export type OperationName =
  | 'create-session'
  | 'send'
  | 'resume'
  | 'poll'
  | 'status'
  | 'read'
  | 'refresh'
  | 'switch'
  | 'stop'
  | 'cut'
  | 'heal'
  | 'open-tab'
  | 'close-tab'
  | 'offline'
  | 'back'
  | 'forward'
  | 'crash'
  | 'freeze'
  | 'thaw'
  | 'kill'
  | 'restart'
  | 'route'
  | 'jump'
  | 'probe';

/** What every event about an operation repeats. */
interface OperationFields {
  /** Unique in the history. */
  op: string;
  f: OperationName;
  actor: string;
  user?: string;
  session?: string;
  send?: SendSeed;
  /** Set where the operation is an attack or a nonsense that a sound target refuses. */
  hostile?: 'foreign-user' | 'foreign-cursor' | 'past-end-cursor' | 'malformed-cursor';
}

/** An operation begins. A `send` brings its `spec`; a second `send` of the same seed is a repetition of it. */
export interface InvokeEvent extends OperationFields {
  type: 'invoke';
  spec?: SendSpec;
  /** A declared cause of a further attempt of the send. */
  causes?: 'regenerate' | 'continue';
}
/** It took effect. */
export interface OkEvent extends OperationFields {
  type: 'ok';
  /** `stop`: the state that the answer promised. */
  state?: GenerationState;
  /** `switch`, `refresh`: length of the text shown when it was done. Hostile ones: length of what leaked. */
  length?: number;
  /** HTTP status, where there was one. */
  http?: number;
  /** `back`, `forward` to another document: whether the browser had kept it (back/forward cache), or it began anew. */
  kept?: boolean;
}
/** It did not take effect: refused with an answer that says so. */
export interface FailEvent extends OperationFields {
  type: 'fail';
  http?: number;
  /** The target's own error code, and its sentence. */
  code?: string;
  reason: string;
}
/** Nobody knows whether it took effect: reset or timed out after the request had left. */
export interface InfoEvent extends OperationFields {
  type: 'info';
  reason: string;
}

/** A source begins: the one place where its monotonic clock is anchored to wall-clock time. */
export interface SourceEvent {
  type: 'source';
  version: typeof HISTORY_VERSION;
  /** Wall-clock time (ISO 8601, UTC) at `t`. */
  wall: string;
  /** What the clock is, in words. */
  clock: string;
}

/** What a scenario is about; each must have happened, or the play proves nothing. Judged by `coverage`. */
export type CoverageGoal =
  /** The fault struck at least one stream that was live, and (unless `heals` is false) was healed. */
  | { goal: 'fault-struck'; fault: string; heals?: boolean }
  /** The fault of that name, of the send's timeline, struck in one of its LLM calls. */
  | { goal: 'llm-fault'; send: SendSeed; fault: string }
  /** `f` was invoked while its actor held some, but not all, of the send's text. */
  | { goal: 'mid-stream'; f: OperationName; send: SendSeed }
  /** After the first cut, switch or refresh some view took the send up again holding, or being given, text. */
  | { goal: 'resumed'; send: SendSeed }
  /** The LLM emitted at least one chunk of the send while `actor` was in another session or cut off. */
  | { goal: 'advanced-while-away'; send: SendSeed; actor: string }
  /** The LLM calls of all these sends were emitting during one common span. */
  | { goal: 'overlap'; sends: SendSeed[] }
  /** So many live views showed a part of the answer at the same time. */
  | { goal: 'shared'; send: SendSeed; views: number }
  /** The send was asked while `actor` was cut off. */
  | { goal: 'asked-while-away'; send: SendSeed; actor: string }
  /** `back` brought the page that the browser had kept, or (`kept` is false) that page anew. */
  | { goal: 'went-back'; actor: string; kept: boolean };

/** The plan of a play: everything derived from the seed, before anything happens. */
export interface PlanEvent {
  type: 'plan';
  scenario: string;
  driver: string;
  persistence: string;
  /** How the pages show text, where it is played in a browser. */
  page?: 'plain' | 'rendered';
  /** The run's seed, and which repetition this is. */
  seed: number;
  repetition: number;
  sends: SendSpec[];
  /** Checkers that this scenario must feed: no sample makes them `unknown`. */
  feeds: string[];
  coverage: CoverageGoal[];
  target: { name: string; capabilities: TargetCapabilities };
  bounds: Bounds;
  /** `calls`: the ledger of the LLM is told without its chunks, only how calls begin and end. */
  ledger?: 'calls';
  /** Where each fault strikes, in words, for people. */
  strikes: string[];
}

/** What a target can do, and what it promises. What it cannot do is skipped and said so, never passed. */
export interface TargetCapabilities {
  /** What a reader resumes from: nothing, a count it can compute, or a string it must be given. */
  cursor: 'none' | 'index' | 'opaque';
  /** How it catches up: missing text is appended, everything is sent again and replaces, or by polling only. */
  resume: 'append' | 'replace' | 'poll';
  /** A finished answer can still be streamed from its beginning. */
  replayAfterEnd: boolean;
  /** A repeated send with the same key never starts a second generation. */
  idempotentSend: boolean;
  /** A running generation can be stopped. */
  stop: boolean;
  /** It says whether something is being generated. */
  status: boolean;
  /** Content is saved at least every so many chunks while streaming; null: no such promise. */
  checkpointEvery: number | null;
  /** … and after at most so many ms when fewer have come; null: no such promise. */
  checkpointWithin: number | null;
  /** What a crash of the owner leaves of a running generation. */
  afterCrash: 'error-with-partial' | 'continues' | 'nothing';
  /** Users are kept apart by credentials. */
  users: boolean;
  /** It can run as several processes on one database; absent: it cannot. */
  instances?: boolean;
  /** Its page puts a frame where its cursor says: one that comes twice, or out of turn, does no harm; absent: no such promise. */
  placesFrames?: boolean;
  /** How the wall clock of its processes can be moved: they are Node's, and take NODE_OPTIONS; absent: it cannot be. */
  clock?: 'node';
  /** What a process is at work on stays its own while it stands still for no more than so many ms; absent: no promise. */
  holdsFor?: number;
  /** An LLM that is silent for so many ms counts as failed; null or absent: no such promise. */
  llmPatience?: number | null;
}

/** Bounds of liveness, ms. Measured from healing. */
export interface Bounds {
  /** From healing (or from the LLM's end, whichever is later) to a terminal state seen by all. */
  end: number;
  /** From a hold of the LLM to the reader having the last chunk before it. */
  delivery: number;
  /** From a stop to the LLM call being closed. */
  cancel: number;
}

export interface PhaseEvent {
  type: 'phase';
  phase: 'play' | 'heal' | 'quiet' | 'read' | 'done';
}

/** The scenario waited in vain: what it is about may not have happened, so the play cannot pass. */
export interface UnmetEvent {
  type: 'unmet';
  waitedFor: string;
  /** How long, ms. */
  ms: number;
}

/** What the target said could not be read: by its adapter's word the protocol was broken. Such a play cannot pass. */
export interface UnreadableEvent {
  type: 'unreadable';
  actor: string;
  send?: SendSeed;
  what: 'frame' | 'answer';
  reason: string;
}

/**
 * The harness itself stood still from `from` to the event's `t`: whatever it saw in that time it saw late, so no
 * bound that overlaps it counts that time against the target.
 */
export interface StallEvent {
  type: 'stall';
  /** Default: the harness. A browser stands still where the machine has no processor for it. */
  of?: 'browser';
  from: number;
}

/**
 * Between `from` and the event's `t` the harness and the target, which one after the other do what an answer needs, were
 * ready to run and had no processor for `ms`, all of them together.
 */
export interface StarvedEvent {
  type: 'starved';
  from: number;
  ms: number;
}

// ── Emitted: the mock LLM's ledger ──────────────────────────────────────────────────────────────────────

/** A call was opened. `send` null: auxiliary (no directive in its last user message), booked apart. */
export interface LlmCallEvent {
  type: 'llm.call';
  call: string;
  send: SendSeed | null;
  /** Which call of that seed it is, from 0. */
  attempt: number;
}
/** Chunk `i` was written. Its text is the oracle's; it is not repeated here. */
export interface LlmChunkEvent {
  type: 'llm.chunk';
  call: string;
  send: SendSeed;
  attempt: number;
  i: number;
}
/** The call waits at a barrier: `at` chunks were written; -1: opened and still unanswered. */
export interface LlmHeldEvent {
  type: 'llm.held';
  call: string;
  send: SendSeed;
  attempt: number;
  at: number;
}
export interface LlmReleasedEvent {
  type: 'llm.released';
  call: string;
  send: SendSeed;
  attempt: number;
  at: number;
}
/** A fault that the call was told of struck: what the mock LLM then did wrong, it did on purpose. */
export interface LlmFaultEvent {
  type: 'llm.fault';
  call: string;
  send: SendSeed | null;
  attempt: number;
  /** Its name, such as `half-frame`. */
  fault: string;
  /** Index of the chunk that was due; the number of chunks at the end; -1 before the headers. */
  at: number;
}
/** The call ended after `chunks` chunks. `aborted`: the caller closed it; `fault`: the mock broke it on purpose. */
export interface LlmEndEvent {
  type: 'llm.end';
  call: string;
  send: SendSeed | null;
  attempt: number;
  how: 'completed' | 'aborted' | 'fault';
  chunks: number;
}

// ── On the wire: the fault proxy's journal ──────────────────────────────────────────────────────────────

export interface WireOpenEvent {
  type: 'wire.open';
  /** Exchange: one request and its response. */
  exchange: string;
  device: string;
  method: string;
  path: string;
  /** The stream of the actor that asked, where it said so. */
  stream?: string;
  /** To which process of the target it was led, 0 the first; absent: not known. */
  instance?: number;
}
/** A frame was passed on, or (with `dropped`) swallowed by a fault. */
export interface WireFrameEvent {
  type: 'wire.frame';
  exchange: string;
  device: string;
  bytes: number;
  /** UTF-16 units of answer text in the frame. */
  text: number;
  terminal?: boolean;
  keepAlive?: boolean;
  dropped?: boolean;
}
export interface WireCloseEvent {
  type: 'wire.close';
  exchange: string;
  device: string;
  by: 'client' | 'target' | 'fault';
  /** Of a fault: the body ended as a whole one does, so that its reader was told of no error. */
  clean?: true;
  http?: number;
}

/** A fault is armed, strikes, is healed. */
export interface FaultEvent {
  type: 'fault';
  /** Unique in the play. */
  fault: string;
  kind: string;
  /** What it is aimed at: a device, `llm`, `database`, `target`, … */
  at: string;
  state: 'armed' | 'struck' | 'healed';
  /** `struck`: how many live streams it hit; a fault that hit none proves nothing. */
  live?: number;
  send?: SendSeed;
}

/** A process of the stack. `planned` tells a fault from an accident. */
export interface ProcessEvent {
  type: 'process';
  name: string;
  pid: number | null;
  state: 'started' | 'ready' | 'killed' | 'exited';
  planned: boolean;
  reason?: string;
}

// ── Persisted: the database, through the target's probe ─────────────────────────────────────────────────

/**
 * What one snapshot of the database holds of a generation's answer. The snapshot was taken after `asked`.
 * A probe that looks for a send and finds no row of its answer records `state: 'absent'`, with `text: ''`.
 */
export interface RowEvent {
  type: 'row';
  op: string;
  send: SendSeed;
  /** The snapshot began after this time (ms, the clock of this event's source). */
  asked: number;
  text: string;
  state: GenerationState;
  /** The user's message is there. */
  question: boolean;
  /** How many answers to this send there are, where more than one. */
  answers?: number;
  /** Taken after healing and the quiet time: the last word of the database. */
  final?: boolean;
}

// ── Seen: what a reader received, or a page showed ──────────────────────────────────────────────────────

/**
 * A view is what one reader holds of one generation. A reload makes a new view: the page has lost its memory.
 */
export interface ViewOpenEvent {
  type: 'view.open';
  view: string;
  actor: string;
  send: SendSeed;
  /** `live`: keeps updating until the end; `snapshot`: looked once (a read, a row of a list). */
  kind: 'live' | 'snapshot';
  /** Opened after healing and the quiet time by a reader that never saw anything before. */
  fresh?: boolean;
  /** The view that this one replaces after a reload. */
  after?: string;
  /** A page shows it: what it was told otherwise than by a stream, nobody saw. */
  by?: 'page';
  /** The page renders Markdown: the texts of this view are what a person reads, not the source. */
  rendered?: true;
}
/** The view's text grew by `text` (`append`), or is now `text` (`set`). */
export interface SeenEvent {
  type: 'seen';
  view: string;
  send: SendSeed;
  how: 'append' | 'set';
  text: string;
  /** The connection it came by, if it came by a stream. */
  stream?: string | undefined;
}
/** The reader was told, and says, that its text starts anew: `replay` from the start, or by the target's `word`. */
export interface ViewResetEvent {
  type: 'view.reset';
  view: string;
  send: SendSeed;
  why: 'replay' | 'target';
  /** What the target said. */
  reason?: string;
}
/** The view holds the generation for ended, in this state. */
export interface ViewEndEvent {
  type: 'view.end';
  view: string;
  send: SendSeed;
  state: GenerationState;
}
/** Nobody looks at the view any more; `shown` to the end of the play otherwise. */
export interface ViewCloseEvent {
  type: 'view.close';
  view: string;
  send: SendSeed;
  why: 'refresh' | 'tab-closed' | 'snapshot' | 'ended';
}

/** A streaming connection of a view. `cursor` null: from the beginning. */
export interface StreamOpenEvent {
  type: 'stream.open';
  stream: string;
  view: string;
  send: SendSeed;
  actor: string;
  cursor: string | null;
}
export interface StreamCloseEvent {
  type: 'stream.close';
  stream: string;
  view: string;
  send: SendSeed;
  /**
   * `terminal`: after a terminal event · `eof`: cleanly, without one · `broken`: reset, or cut in mid-body ·
   * `client`: we closed it · `refused`: never opened (`http`, `code`).
   */
  why: 'terminal' | 'eof' | 'broken' | 'client' | 'refused';
  http?: number;
  code?: string;
}

/** What a place said about the state of a generation. The answer is not older than `asked`. */
export interface StateEvent {
  type: 'state';
  from: 'status' | 'list' | 'stream' | 'page';
  actor: string;
  send: SendSeed;
  asked: number;
  /** From `status`, `absent` means: not among the active ones. From `list`: no such answer in its session. */
  state: GenerationState;
  /** `list`: the user's message is there. */
  question?: boolean;
  /** Length of the text that came with it. */
  length?: number;
  /** `list`: how many answers to this send it held, where more than one. */
  answers?: number;
  fresh?: boolean;
}

/** A list of a session held an answer that was not asked for in it. */
export interface StrayEvent {
  type: 'stray';
  actor: string;
  /** A send of the session that was listed. */
  send: SendSeed;
  /** Whose the answer is, where it is a send of this play; null: nobody knows. */
  owner: SendSeed | null;
  /** The target's id of the answer, and its length. */
  message: string;
  length: number;
}

/** The browser of an actor says that it has a network, or has none. */
export interface NetworkEvent {
  type: 'network';
  actor: string;
  online: boolean;
}
/** The thread of a page was busy in one go for so long that a person can notice. It began at the event's time. */
export interface LongTaskEvent {
  type: 'long-task';
  actor: string;
  /** ms */
  ms: number;
}

/** How long a page's thread was busy while it showed an answer, from the question to the end. */
export interface PageWorkEvent {
  type: 'page-work';
  actor: string;
  send: SendSeed;
  /** ms */
  ms: number;
}

// ── Of the whole stack ──────────────────────────────────────────────────────────────────────────────────

/** A count that must be back at its baseline when everything is over. */
export interface GaugeEvent {
  type: 'gauge';
  name: 'llm-calls' | 'target-sockets' | 'database-connections';
  when: 'baseline' | 'end';
  value: number;
}

export type HistoryEvent =
  | SourceEvent
  | PlanEvent
  | PhaseEvent
  | UnmetEvent
  | UnreadableEvent
  | StallEvent
  | StarvedEvent
  | StrayEvent
  | InvokeEvent
  | OkEvent
  | FailEvent
  | InfoEvent
  | LlmCallEvent
  | LlmChunkEvent
  | LlmHeldEvent
  | LlmReleasedEvent
  | LlmFaultEvent
  | LlmEndEvent
  | WireOpenEvent
  | WireFrameEvent
  | WireCloseEvent
  | FaultEvent
  | ProcessEvent
  | RowEvent
  | ViewOpenEvent
  | SeenEvent
  | ViewResetEvent
  | ViewEndEvent
  | ViewCloseEvent
  | StreamOpenEvent
  | StreamCloseEvent
  | StateEvent
  | NetworkEvent
  | LongTaskEvent
  | PageWorkEvent
  | GaugeEvent;

export type EventType = HistoryEvent['type'];

/** An event as it stands in a history. */
export type Recorded<E extends HistoryEvent = HistoryEvent> = E & Stamp;
export type RecordedOf<T extends EventType> = Recorded<Extract<HistoryEvent, { type: T }>>;
