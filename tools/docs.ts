/**
 * Writes what the documents repeat from the code: docs/errors.md, docs/defects.md, and in docs/invariants.md,
 * docs/explore.md and docs/your-chat.md the parts between `<!-- name: … -->` and `<!-- /name -->`.
 *
 *     node tools/docs.ts           writes
 *     node tools/docs.ts --check   ends with 1 where something is out of date
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Checker } from '../harness/checkers/checker.ts';
import { checkers } from '../harness/checkers/index.ts';
import { errorCatalogue } from '../harness/errors.ts';
import { EXAMPLE } from '../harness/programs/example.ts';
import { encode, inWords } from '../harness/programs/program.ts';
import { stepsInWords } from '../harness/programs/steps/index.ts';
import { rows } from '../harness/self-test/rows.ts';
import { defects } from '../reference-server/defects/index.ts';

const ROOT = new URL('..', import.meta.url);

export interface Document {
  path: string;
  /** What stands in the file, and what should. */
  is: string;
  ought: string;
}

export function documents(): Document[] {
  const invariants = read('docs/invariants.md');
  const explore = read('docs/explore.md');
  const yourChat = read('docs/your-chat.md');
  return [
    { path: 'docs/errors.md', is: read('docs/errors.md'), ought: errors() },
    { path: 'docs/defects.md', is: read('docs/defects.md'), ought: plantable() },
    {
      path: 'docs/invariants.md',
      is: invariants,
      ought: [
        ['checkers', checkers.map(ofChecker).join('\n')],
        ['figures', `${docstring('harness/checkers/metrics.ts')}\n`],
      ].reduce((text, [name, content]) => replacePart(text, name!, content!), invariants),
    },
    {
      path: 'docs/explore.md',
      is: explore,
      ought: replacePart(replacePart(explore, 'example', exampleProgram()), 'steps', stepsOfPrograms()),
    },
    {
      path: 'docs/your-chat.md',
      is: yourChat,
      ought: replacePart(yourChat, 'adapter', adapter()),
    },
  ];
}

/** As it stands in a project that has holdfast installed. */
function adapter(): string {
  const source = read('tests/targets/tiny.ts').replace(
    /import type \{ GenerationState \}.*\nimport type \{ Target \}.*\n/,
    "import type { GenerationState, Target } from 'holdfast';\n",
  );
  return `\`\`\`ts\n${source}\`\`\`\n`;
}

function exampleProgram(): string {
  const words = inWords(EXAMPLE).map((line, index) => `    ${index + 1}  ${line}`);
  return `${words.join('\n')}

\`\`\`json
${encode(EXAMPLE).replaceAll(/(?<=[[}],?)(?=\{)|(?=\]\})/g, '\n')}
\`\`\`
`;
}

function stepsOfPrograms(): string {
  const rows = stepsInWords.map(({ name, about }) => `| \`${name}\` | ${about} |`);
  return `| step | |\n|---|---|\n${rows.join('\n')}\n`;
}

function errors(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { exit, text }]) =>
      `| \`${code}\` | ${exit} | ${text.replaceAll('|', '\\|').replace(/\{(\w+)\}/g, '*$1*')} |`,
  );
  return `# Errors of the harness

Every error that holdfast raises on purpose has a stable code; scripts may rely on the code, never on the text.
A word in *italics* stands for what is filled in. Exit 64: you asked for something that cannot be, nothing was
played. Exit 70: the harness could not do its work, and the run says nothing about the target.

A run that meets one of them while it goes on keeps it in \`results.json\` as \`failure\`, with its code and text.
There two more codes occur: \`INTERRUPTED\` (you broke the run off, exit 130) and \`HF_INTERNAL\` (a defect of
holdfast itself, exit 70; the text is for whoever reports it). \`HF_NODE\` (exit 64) comes before all of them: this Node
is too old to read the rest.

| code | exit | text |
|---|---|---|
${rows.join('\n')}
`;
}

function plantable(): string {
  const sections = (['server', 'page'] as const).map((side) =>
    defects
      .filter((defect) => defect.side === side)
      .map((defect) => {
        const row = rows.find((each) => each.defect === defect.name)!;
        const by = `\`${row.scenario}\`${row.driver ? ` (${row.driver}${row.rendered ? ', rendered too' : ''})` : ''}`;
        const [named, ...others] = row.fails;
        const caught = [`**${named}**`, ...others].join(', ');
        const like = defect.side === 'server' && defect.like ? ` Like \`${defect.like}\` in the page.` : '';
        return `| \`${defect.name}\` | ${defect.about}${like} | ${defect.seenIn.join(', ')} | ${by} | ${caught} |`;
      })
      .join('\n'),
  );
  const [server, page] = sections;
  const head = '| defect | what goes wrong | seen in | brought out by | caught by |\n|---|---|---|---|---|';
  return `# Planted defects

Each of these was reported by users or maintainers of a public project (\`P#\` is a pull request). They can be planted in
the reference server and its page, so that you can watch each being caught:

    holdfast self-test                          all of them, and what must not alarm
    holdfast verify --scenario resume-at-edge --defect cursor-ignored

A defect is caught when exactly the checkers of its row fail: the one in bold names it, the others cannot but follow.
One that misses, and any other that alarms, makes the self-test fail, as does a clean play that does not pass or a
canary that does not fail. The sets hold for text with watermarks; of text without them nobody can say where a stray
piece comes from.

## In the server

${head}
${server}

## In the page

${head}
${page}
`;
}

function ofChecker({ id, holds, clauses }: Checker): string {
  const rows = Object.entries(clauses).map(([clause, text]) => `| \`${clause}\` | ${text} |`);
  return `### \`${id}\`

*Holds when ${holds}.*

${docstring(`harness/checkers/${id}.ts`)}

| clause | |
|---|---|
${rows.join('\n')}
`;
}

/** The first block comment of more than one line: what the file is about. */
function docstring(path: string): string {
  const comment = /\/\*\*\n([\s\S]*?)\n \*\//.exec(read(path));
  if (!comment) throw new Error(`${path} begins without a docstring`);
  return comment[1]!.replace(/^ \* ?/gm, '');
}

function replacePart(text: string, name: string, content: string): string {
  const part = new RegExp(`(<!-- ${name}: [^>]*-->\\n)[\\s\\S]*(<!-- /${name} -->)`);
  if (!part.test(text)) throw new Error(`no part "${name}" to fill in`);
  return text.replace(part, (_, begin: string, end: string) => `${begin}\n${content}\n${end}`);
}

function read(path: string): string {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

if (import.meta.main) {
  const stale = documents().filter(({ is, ought }) => is !== ought);
  if (process.argv.includes('--check')) {
    for (const { path } of stale) console.error(`${path} is out of date: run node tools/docs.ts`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const { path, ought } of stale) writeFileSync(new URL(path, ROOT), ought);
  }
}
