/** How wide what is printed may be. */

/** Columns of the pages of `--help`, as commander wraps them. */
export const HELP_WIDTH = process.stdout.columns ?? 80;

/** Columns: those of a person's terminal; of a file or a pipe as many as are read well. */
export function terminalWidth(): number {
  const { isTTY, columns = 100 } = process.stdout;
  return isTTY ? columns : 100;
}
