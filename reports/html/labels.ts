/** Labels of a drawing, put where they do not overlap. Lengths are in the drawing's units. */

/** Width of every drawing. */
export const WIDTH = 1040;
/** Width of a character of a label; a little more than the widest digit. */
const CHARACTER = 6;

export interface Labelled {
  at: number;
  to: number;
  label: string;
}

export interface Placed<T> {
  item: T;
  row: number;
  textAt: number;
  anchor: 'start' | 'end';
}

/** Puts each item with its label into the first row where both are free. A label stands in its bar, or beside it. */
export function pack<T extends Labelled>(items: readonly T[]): { rows: number; placed: Placed<T>[] } {
  const freeFrom: number[] = [];
  const placed = items
    .toSorted((a, b) => a.at - b.at)
    .map((item): Placed<T> => {
      const width = item.label.length * CHARACTER + 8;
      const inside = item.to - item.at >= width;
      const beside = Math.max(item.to, item.at + 2);
      const right = inside || beside + width <= WIDTH;
      const from = right ? item.at : Math.max(0, item.at - width);
      const to = inside ? item.to : right ? beside + width : beside;
      let row = freeFrom.findIndex((free) => free <= from);
      if (row < 0) row = freeFrom.push(0) - 1;
      freeFrom[row] = to + 2;
      if (inside) return { item, row, textAt: round(item.at + 4), anchor: 'start' };
      return right
        ? { item, row, textAt: round(beside + 3), anchor: 'start' }
        : { item, row, textAt: round(item.at - 3), anchor: 'end' };
    });
  return { rows: freeFrom.length, placed };
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
