import type { AddressInfo, Server } from 'node:net';
import { HoldfastError } from '../errors.ts';

/**
 * Listens on a free port of 127.0.0.1.
 *
 * @param name who listens, for the error
 * @throws HF_LISTEN
 */
export function listen(listener: Server, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', (error) => {
      reject(
        new HoldfastError('HF_LISTEN', { name, address: '127.0.0.1', what: error.message }, { cause: error }),
      );
    });
    listener.listen(0, '127.0.0.1', () => resolve(portOf(listener)));
  });
}

export function portOf(listener: Server): number {
  return (listener.address() as AddressInfo).port;
}
