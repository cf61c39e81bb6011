import { expect, test } from 'vitest';
import { type Task, tasksOf } from './tasks.ts';
import { createTurns } from './turns.ts';

test('every task has its turn, the longest first, and half of those at a time have pages at most', () => {
  const tasks = tasksOf();
  const turns = createTurns(tasks, 4);
  const going: Task[] = [];
  const begun: Task[] = [];
  for (;;) {
    for (let task = turns.next(); task; task = turns.next()) {
      going.push(task);
      begun.push(task);
      if (going.length === 4) break;
    }
    expect(going.filter(({ driver }) => driver === 'browser').length).toBeLessThanOrEqual(2);
    const over = going.shift();
    if (!over) break;
    turns.done(over);
  }
  expect(begun.map(({ name }) => name).sort()).toEqual(tasks.map(({ name }) => name).sort());
  expect(begun.slice(0, 2).map(({ name }) => name)).toEqual(['clean-api', 'clean-browser']);
});

test('who stands alone has pages, too', () => {
  const tasks = tasksOf(['stream-in-every-tab', 'lost-end']);
  const turns = createTurns(tasks, 1);
  const first = turns.next()!;
  expect(first.name).toBe('stream-in-every-tab');
  turns.done(first);
  expect([turns.next()?.name, turns.next()]).toEqual(['lost-end', undefined]);
});
