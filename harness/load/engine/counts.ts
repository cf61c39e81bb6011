/** What is counted while it happens, for whoever watches. */
export interface Counts {
  /** Visits that began, and that were judged. */
  begun: number;
  judged: number;
  /** Streams that are open now. */
  streams: number;
  /** Pieces of answers that came. */
  chunks: number;
  /** Streams that a fault of ours cut, or that broke although nobody here cut them. */
  cut: number;
  broken: number;
  /** Requests that were refused. */
  refused: number;
}

export function noCounts(): Counts {
  return { begun: 0, judged: 0, streams: 0, chunks: 0, cut: 0, broken: 0, refused: 0 };
}
