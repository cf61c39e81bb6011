/** In the environment of a process whose clock can be moved: where to ask, and by what name. */
export const CLOCK_MARK = 'HOLDFAST_CLOCK';

export const formatMark = (port: number, name: string): string => `${port}/${name}`;

export function parseMark(mark: string): { port: number; name: string } {
  const at = mark.indexOf('/');
  return { port: Number(mark.slice(0, at)), name: mark.slice(at + 1) };
}
