import { beforeEach, expect, test, vi } from 'vitest';
import { Combiner, type Statement } from './combiner.ts';

interface Row {
  id: string;
  text: string;
}

const row = (id: string, text = ''): Row => ({ id, text });
const GONE = new Error('gone');
const REFUSED = new Error('refused');

/** A database whose statements end when told to. */
class Held implements Statement<Row, boolean> {
  statements: { ids: string; again: boolean; done: PromiseWithResolvers<ReadonlySet<string>> }[] = [];
  alone = vi.fn(async ({ id }: Row) => {
    if (id === 'broken') throw REFUSED;
    return id !== 'lost';
  });

  async together(rows: readonly Row[], again: boolean): Promise<(row: Row) => boolean> {
    const done = Promise.withResolvers<ReadonlySet<string>>();
    this.statements.push({ ids: rows.map(({ id }) => id).join(''), again, done });
    const ours = await done.promise;
    return ({ id }) => ours.has(id);
  }

  weigh({ text }: Row): number {
    return text.length;
  }

  isUnavailable(error: unknown): boolean {
    return error === GONE;
  }

  /** The statement that is under way, once there is one. */
  async next() {
    await vi.waitFor(() => expect(this.statements.length).toBeGreaterThan(0), { interval: 1 });
    return this.statements.shift()!;
  }

  async lands() {
    const { ids, again, done } = await this.next();
    done.resolve(new Set(ids));
    return { ids, again };
  }
}

const BOUND = 600_000;
let held: Held;
let combiner: Combiner<Row, boolean>;
beforeEach(() => {
  held = new Held();
  combiner = new Combiner(held, BOUND);
});

test('the first goes at once; those that come meanwhile go together, in order', async () => {
  const first = combiner.add(row('a'));
  expect(held.statements.map(({ ids }) => ids)).toEqual(['a']);
  const rest = ['b', 'c', 'd'].map((id) => combiner.add(row(id)));
  expect(held.statements.length).toBe(1);
  await held.lands();
  expect(await first).toBe(true);
  expect(await held.lands()).toEqual({ ids: 'bcd', again: false });
  expect(await Promise.all(rest)).toEqual([true, true, true]);
  const later = combiner.add(row('e'));
  expect(held.statements.map(({ ids }) => ids)).toEqual(['e']);
  await held.lands();
  await later;
});

test('each is told for itself whether it was still the caller’s', async () => {
  const first = combiner.add(row('a'));
  const rest = ['b', 'c'].map((id) => combiner.add(row(id)));
  await held.lands();
  (await held.next()).done.resolve(new Set('c'));
  expect(await Promise.all([first, ...rest])).toEqual([true, false, true]);
});

test('what is refused together is written each alone, and one that is at fault fails alone', async () => {
  const first = combiner.add(row('a'));
  const rest = ['b', 'lost', 'broken'].map((id) => combiner.add(row(id)));
  const settled = Promise.allSettled(rest);
  await held.lands();
  (await held.next()).done.reject(REFUSED);
  expect(await settled).toEqual([
    { status: 'fulfilled', value: true },
    { status: 'fulfilled', value: false },
    { status: 'rejected', reason: REFUSED },
  ]);
  expect(held.alone.mock.calls.map(([{ id }]) => id)).toEqual(['b', 'lost', 'broken']);
  await first;
});

test('one that is written alone, however long, holds up no other', async () => {
  const release = Promise.withResolvers<boolean>();
  held.alone.mockImplementationOnce(() => release.promise);
  const slow = combiner.add(row('a'));
  (await held.next()).done.reject(REFUSED);
  await vi.waitFor(() => expect(held.alone).toHaveBeenCalled(), { interval: 1 });
  const other = combiner.add(row('b'));
  await held.lands();
  expect(await other).toBe(true);
  release.resolve(true);
  expect(await slow).toBe(true);
});

test('while the database is gone they are kept, and tried again together', async () => {
  const first = combiner.add(row('a'));
  const second = combiner.add(row('b'));
  (await held.next()).done.reject(GONE);
  expect(await held.lands()).toEqual({ ids: 'ab', again: true });
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(held.alone).not.toHaveBeenCalled();
});

test('what does not reach the database within the bound is given up, also what was not tried', async () => {
  combiner = new Combiner(held, 0);
  const settled = Promise.allSettled([combiner.add(row('a')), combiner.add(row('b'))]);
  (await held.next()).done.reject(GONE);
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = combiner.add(row('c'));
  expect(await held.lands()).toEqual({ ids: 'c', again: false });
  expect(await next).toBe(true);
});

test('where many wait, another statement goes beside the one under way, and no third', async () => {
  combiner = new Combiner(held, BOUND, 2);
  const some = (count: number) => Array.from({ length: count }, () => combiner.add(row('z')));
  const all = [combiner.add(row('a')), ...some(99)];
  expect(held.statements.map(({ ids }) => ids)).toEqual(['a']);
  all.push(...some(1));
  expect(held.statements.map(({ ids }) => ids.length)).toEqual([1, 100]);
  all.push(...some(150));
  expect(held.statements.length).toBe(2);
  for (const length of [1, 100, 150]) expect((await held.lands()).ids.length).toBe(length);
  expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
});

test('what is to be tried once is: the failure of another is none of its own', async () => {
  combiner = new Combiner(held, 'once');
  const tried = Promise.allSettled(['a', 'b'].map((id) => combiner.add(row(id))));
  (await held.next()).done.reject(GONE);
  expect(await held.lands()).toEqual({ ids: 'b', again: false });
  expect((await tried).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(held.alone).not.toHaveBeenCalled();
});

test('statements stay small: a text that is larger than the limit goes alone, and so many rows at most', async () => {
  const long = 'x'.repeat(2 << 20);
  const all = [row('a'), row('b'), row('c', long), row('d'), row('e')].map((each) => combiner.add(each));
  const sizes = ['a', 'b', 'c', 'de'];
  for (const ids of sizes) expect((await held.lands()).ids).toBe(ids);
  await Promise.all(all);
  const many = Array.from({ length: 1_202 }, () => combiner.add(row('z')));
  const statements: number[] = [];
  while (statements.reduce((sum, n) => sum + n, 0) < many.length)
    statements.push((await held.lands()).ids.length);
  expect(statements).toEqual([1, 500, 500, 201]);
  await Promise.all(many);
});
