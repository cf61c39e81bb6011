import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether a container engine answers the `docker` command. */
export async function dockerEngine(): Promise<{ ok: boolean; why: string }> {
  try {
    const { stdout } = await promisify(execFile)('docker', ['version', '--format', '{{.Server.Version}}'], {
      timeout: 10_000,
    });
    return { ok: true, why: `Docker engine ${stdout.trim()}` };
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') return { ok: false, why: 'there is no docker command' };
    return {
      ok: false,
      why: `no Docker engine answers: ${stderr?.trim().split('\n').at(-1) || String(error)}`,
    };
  }
}
