import { Command } from 'commander';
import { renderFindings } from '../../../reports/doctor.ts';
import { EXIT } from '../../runs/exit-codes.ts';
import { examine } from '../../stack/doctor.ts';
import { terminalWidth } from '../terminal.ts';

export const doctor = new Command('doctor')
  .description('Says what this machine has of what holdfast can use, and what to do about what is missing.')
  .option('--json', 'as JSON')
  .action(async ({ json }) => {
    const findings = await examine();
    process.stdout.write(
      json ? `${JSON.stringify(findings, null, 2)}\n` : renderFindings(findings, terminalWidth()),
    );
    process.exitCode = findings.every(({ ok, needed }) => ok || !needed) ? EXIT.pass : EXIT.harness;
  });
