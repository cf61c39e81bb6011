/**
 * Every error the harness can raise on purpose, in one catalogue: a stable code, the exit code that it leads to,
 * and a text that says what failed, what is allowed and what to do. Rendered as docs/errors.md.
 */

/** 64 wrong usage or config · 70 the harness itself failed. (Verdicts have exit codes of their own.) */
type Exit = 64 | 70;

interface Entry {
  exit: Exit;
  /** `{name}` is replaced by the parameter of that name. */
  text: string;
}

const CATALOGUE = {
  HF_USAGE: { exit: 64, text: '{what}. See `holdfast {command} --help`.' },
  HF_UNKNOWN_NAME: { exit: 64, text: 'There is no {kind} "{name}"{meant}. Known: {known}.' },
  HF_CONFIG: { exit: 64, text: '{file}: {what}.' },
  HF_NO_RUN: {
    exit: 64,
    text: 'No run at {path}: {what}. Name the folder of a run, such as reports/runs/latest.',
  },
  HF_OUT_NOT_WRITABLE: { exit: 64, text: 'Cannot write runs to {path}: {what}. Choose another with --out.' },
  HF_PROGRAM: {
    exit: 64,
    text: 'No program in {source}: {what}. It takes the JSON that `holdfast explore` prints, or a file with it.',
  },
  HF_POSTGRES_UNAVAILABLE: {
    exit: 70,
    text: 'PostgreSQL ({provider}) did not start: {what}. Set DATABASE_URL to a server you have, or see `holdfast doctor`.',
  },
  HF_POSTGRES_SILENT: {
    exit: 70,
    text: 'PostgreSQL ({provider}) takes connections and has said nothing for {ms} ms: it, or the machine, stands still. Nothing that was played meanwhile says anything about the target.',
  },
  HF_POSTGRES_CONNECT: {
    exit: 64,
    text: 'DATABASE_URL does not lead to a PostgreSQL on which a database can be created: {what}.',
  },
  HF_DATABASE: {
    exit: 64,
    text: 'The database {url} cannot be used: {what}. Name a PostgreSQL that answers, as postgres://user:password@host:port/database, by --database-url or DATABASE_URL.',
  },
  HF_SCHEMA: {
    exit: 64,
    text: 'The database {url} does not have the schema that this needs: {what}. Bring it there with `holdfast migrate up`.',
  },
  HF_PROVIDER_MISSING: {
    exit: 64,
    text: '{provider} was asked for and is not there: {what}. See `holdfast doctor`.',
  },
  HF_PROCESS_NOT_READY: {
    exit: 70,
    text: '{name} was not ready within {ms} ms ({waitedFor}). Last it said: {last} Its log: {log}',
  },
  HF_PROCESS_DIED: {
    exit: 70,
    text: '{name} ended unexpectedly ({how}). Last it said: {last} Its log: {log}',
  },
  HF_BROWSER_DIED: {
    exit: 70,
    text: 'The browser {path} ended unexpectedly. See `holdfast doctor`, or choose another with --browser.',
  },
  HF_LISTEN: { exit: 70, text: '{name} could not listen on {address}: {what}.' },
  HF_LLM_ADMIN: { exit: 70, text: 'The mock LLM refused {request}: {what}.' },
  HF_LLM_WAIT: { exit: 70, text: 'Waited {ms} ms for {waitedFor}; its ledger says: {state}.' },
  HF_LEDGER_LOST: {
    exit: 70,
    text: 'The ledger of the mock LLM broke off: {what}. Without it there is no truth to judge by.',
  },
  HF_LOAD_SEATS: {
    exit: 70,
    text: 'What is to be asked for could not be made ready, or cleared away: {what}.',
  },
  HF_LOAD_WORKER: { exit: 70, text: 'Worker {worker} of the load engine failed: {what}.' },
  HF_K6: { exit: 70, text: 'k6 failed: {what}. Last it said: {last} Its log: {log}' },
  HF_MERGE: {
    exit: 64,
    text: 'These cannot be merged: {what}. Merged are shards of one load: the same target, version, persistence and plan, each with a seed of its own.',
  },
  HF_PLAY_STUCK: {
    exit: 70,
    text: 'The scenario {scenario} waited {ms} ms for {waitedFor}, and then: {state}.',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof CATALOGUE;

type ParametersIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never;
export type ErrorParameters<C extends ErrorCode> = {
  [P in ParametersIn<(typeof CATALOGUE)[C]['text']>]: string | number;
};

export class HoldfastError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'HoldfastError';
  readonly code: C;
  readonly exit: Exit;

  constructor(code: C, parameters: ErrorParameters<C>, options?: ErrorOptions) {
    const values = parameters as Record<string, string | number>;
    super(
      CATALOGUE[code].text
        .replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
        // What is filled in may end as a sentence does.
        .replace(/([?!])\.(?=\s|$)/g, '$1'),
      options,
    );
    this.code = code;
    this.exit = CATALOGUE[code].exit;
  }
}

/** The catalogue, for documentation. */
export const errorCatalogue: Readonly<Record<ErrorCode, Entry>> = CATALOGUE;
