import { expect, test } from 'vitest';
import { Network } from './network.ts';

function reader() {
  const told: string[] = [];
  return { told, cut: () => void told.push('cut'), heal: () => void told.push('heal') };
}

test('who lost the network by himself does not get it back with the others', () => {
  const network = new Network();
  const [one, other, alone] = [reader(), reader(), reader()];
  alone.cut();
  network.cut(one);
  network.cut(other);
  expect(network.heal()).toBe(true);
  expect([one.told, other.told, alone.told]).toEqual([['cut', 'heal'], ['cut', 'heal'], ['cut']]);
  expect(network.heal()).toBe(false);
  expect(one.told).toEqual(['cut', 'heal']);
});
