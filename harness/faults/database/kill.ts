/**
 * The server's processes are gone at once, and with them every connection; what it had acknowledged is on its disk.
 * It recovers from its log when it is started again, on the same port.
 */
import { type DatabaseFault, NotOurs } from './fault.ts';

export const kill: DatabaseFault = {
  id: 'database-kill',
  at: 'database',
  about: 'PostgreSQL is killed by SIGKILL, where it is a server of our own.',
  heals: 'when it is started again',
  async strike({ server }) {
    if (!server.kill || !server.restart) throw new NotOurs('the PostgreSQL server is not ours to kill');
    await server.kill();
    return server.restart.bind(server);
  },
};
