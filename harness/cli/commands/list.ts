import { Argument, Command } from 'commander';
import { catalogue, catalogues, renderCatalogue } from '../../runs/catalogue.ts';

export const list = new Command('list')
  .description('Lists what there is.')
  .addArgument(new Argument('<what>', 'of what').choices(catalogues))
  .option('--json', 'as JSON')
  .action(async (what: (typeof catalogues)[number], { json }) => {
    const entries = await catalogue(what);
    process.stdout.write(json ? `${JSON.stringify(entries, null, 2)}\n` : renderCatalogue(entries));
  });
