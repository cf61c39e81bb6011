import { unknownName } from '../../unknown-name.ts';
import { autocannonEngine } from './autocannon/index.ts';
import type { Engine } from './engine.ts';
import { k6, k6Sse } from './k6.ts';
import { own } from './own.ts';

export const engines: readonly Engine[] = [own, autocannonEngine, k6, k6Sse];

/** @throws HF_UNKNOWN_NAME */
export function engineOf(id: string): Engine {
  const engine = engines.find((known) => known.id === id);
  if (engine) return engine;
  throw unknownName(
    'load engine',
    id,
    engines.map((one) => one.id),
  );
}
