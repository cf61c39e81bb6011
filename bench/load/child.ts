import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What it says next. @throws where it ends instead; its name is told then */
export async function saidBy(child: ChildProcess, name: string): Promise<unknown> {
  const [said] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code, signal]) =>
      Promise.reject(new Error(`${name} ended with ${code ?? signal}`)),
    ),
  ]);
  return said;
}
