#!/usr/bin/env node
/** Looks whether this Node can run the rest, before anything is loaded that it could not read. */
const NEEDED = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  const needed = NEEDED.join('.');
  process.stderr.write(
    `HF_NODE: holdfast needs Node ${needed} or newer; this is ${process.version}. Install a newer one, or give this project ` +
      'one of its own, which npx takes: npm install --save-dev node@24\n',
  );
  process.exit(64);
}
await import('./program.ts');

export {};
