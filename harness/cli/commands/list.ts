import { Argument, Command } from 'commander';
import { renderCatalogue } from '../../../reports/catalogue.ts';
import { catalogue, catalogues } from '../../runs/catalogue.ts';
import { terminalWidth } from '../terminal.ts';

export const list = new Command('list')
  .description('Lists what there is.')
  .addArgument(new Argument('<what>', 'of what').choices(catalogues))
  .option('--json', 'as JSON')
  .action(async (what: (typeof catalogues)[number], { json }) => {
    const entries = await catalogue(what);
    process.stdout.write(
      json ? `${JSON.stringify(entries, null, 2)}\n` : renderCatalogue(entries, terminalWidth()),
    );
  });
