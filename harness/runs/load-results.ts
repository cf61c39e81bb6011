/** What a load run adds to the results of a run. All of it merges: counts add up, histograms are kept whole. */
export interface Attainment {
  objective: string;
  /** ms for latencies; null where there was no sample. */
  value: number | null;
  verdict: 'met' | 'missed' | 'unknown';
}

/** One that was, as the report shows it: ms from the start. */
export interface Strike {
  kind: string;
  at: number;
  until: number;
  /** Live streams that it hit. */
  live: number;
}

/** What "none lost" is worth, for one kind of fault. */
export interface Zero {
  /** `none`: visits that nothing was done to. */
  kind: string;
  visits: number;
  lost: number;
  /** Upper bound of the share of visits that lose something, at 95 %; null where some did, or nobody came. */
  bound: number | null;
}

/** Order statistics of one latency, ms. */
export interface LatencySummary {
  n: number;
  p50: number;
  p99: number;
  max: number;
}

export interface Second {
  /** s since the start. */
  at: number;
  /** Now: visits going on, open streams. */
  visits: number;
  streams: number;
  /** In this second. */
  chunks: number;
  begun: number;
  judged: number;
  refused: number;
  broken: number;
  /** So far: visits that lost something. */
  lost: number;
  latencies: Record<string, LatencySummary>;
  /** Of the worker that is worst off: lateness of its event loop (p99, ms), share of a core. */
  loop: number;
  cpu: number;
  /** Of all workers, MiB. */
  memory: number;
}

/** What a process used. */
export interface ProcessUse {
  /** Of its own, not shared with others and no file's, MiB. */
  memory: number;
  /** Cores. */
  cpu: number;
}

export interface ProcessSecond {
  /** s since the start. */
  at: number;
  /** By name of the process; those of a name are added up. */
  uses: Record<string, ProcessUse>;
}

/** Whether the memory of a process stayed where it was while users came and went. */
export interface Flatness {
  process: string;
  /** MiB */
  mean: number;
  /** MiB a minute. */
  slope: number;
  /** Half of the interval that holds the slope at 95 %; null: too little was seen. */
  error: number | null;
  verdict: 'flat' | 'grows' | 'unknown';
}

export interface LoadLatency {
  n: number;
  /** ms */
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
  /** HdrHistogram of whole microseconds, compressed, base64. */
  histogram: string;
}

/** One level of a search for the limit. */
export interface Level {
  /** Users, or users a second. */
  level: number;
  held: boolean;
  /** Which objective broke, or what else; null where it held. */
  why: string | null;
}

export interface Search {
  of: 'users' | 'users a second';
  levels: Level[];
  /** The highest that held, confirmed by a run of its own, of which the results tell; null: none did. */
  limit: number | null;
}

export interface LoadResults {
  /** In words: how users came, what they did, what was said to them. */
  plan: {
    profile: string | null;
    arrivals: string;
    users: number;
    /** ms */
    warmup: number;
    duration: number;
    mix: Record<string, number>;
    answers: string;
    workers: number;
  };
  /** Over all visits. */
  counts: {
    visits: number;
    answers: number;
    refused: number;
    lost: number;
    passed: number;
    failed: number;
    unknown: number;
    /** Of the visits after the warm-up: how many, and how many of them had their answers whole. */
    measured: number;
    good: number;
    chunks: number;
  };
  latencies: Record<string, LoadLatency>;
  objectives: Attainment[];
  /** Why the generator itself falsified what was measured; null where it kept up. */
  saturated: string | null;
  zeros: Zero[];
  strikes: Strike[];
  seconds: Second[];
  /** Empty where the system does not tell. */
  processes: ProcessSecond[];
  memory: Flatness[];
  search: Search | null;
  /** Settings of PostgreSQL that decide what a commit is worth; null where it could not be asked. */
  durability: Record<string, string> | null;
  /** The runs that these results were merged from; empty: they are of one. */
  merged: { run: string; seed: number }[];
}
