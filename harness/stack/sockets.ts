import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Counts the open TCP sockets of a process group, listening ones included, except connections to the ports in
 * `except`. (Its standard streams are sockets, too, but no TCP.) Linux only.
 *
 * @returns undefined where the system does not tell
 */
export function countSockets(group: number, except: readonly number[]): number | undefined {
  const members = groupMembers(group);
  if (!members) return undefined;
  let count = 0;
  for (const pid of members) {
    const inodes = socketsOf(pid);
    if (inodes.length === 0) continue;
    const peers = peerPorts(pid);
    count += inodes.filter((inode) => {
      const peer = peers.get(inode);
      return peer !== undefined && !except.includes(peer);
    }).length;
  }
  return count;
}

function groupMembers(group: number): number[] | undefined {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => groupOf(pid) === group);
  } catch {
    return undefined;
  }
}

function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // pid (name) state parent group …; the name may hold spaces and parentheses.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}

/** Inodes of its sockets. */
function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** The peer's port of each TCP socket that the process can see, by inode. */
function peerPorts(pid: number): Map<string, number> {
  const ports = new Map<string, number>();
  for (const table of ['tcp', 'tcp6']) {
    let text = '';
    try {
      text = readFileSync(`/proc/${pid}/net/${table}`, 'utf8');
    } catch {
      continue;
    }
    for (const line of text.split('\n').slice(1)) {
      const [, , peer = '', , , , , , , inode] = line.trim().split(/\s+/);
      if (inode !== undefined) ports.set(inode, Number.parseInt(peer.split(':')[1] ?? '', 16));
    }
  }
  return ports;
}
