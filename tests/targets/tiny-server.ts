/** A chat server with a protocol of its own: NDJSON, all in memory, and who comes back gets everything again. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';

interface Entry {
  question: string;
  answer: string;
  text: string;
  end: string | null;
  readers: Set<ServerResponse>;
}

const { LLM_URL = '', DEFECT } = process.env;
const PAGE = readFileSync(new URL('./tiny-page.html', import.meta.url), 'utf8').replace(
  "'/*DEFECT*/'",
  JSON.stringify(DEFECT ?? ''),
);
/** `loses-the-seventh-of-9`: of the ninth answer only, that it may be looked for among very many. */
const loses = /^loses-the-seventh(?:-of-(\d+))?$/.exec(DEFECT ?? '');
const rooms = new Map<string, Entry[]>();
const entries = new Map<string, Entry>();
const line = (reader: ServerResponse, value: object) => reader.write(`${JSON.stringify(value)}\n`);

async function generate(entry: Entry): Promise<void> {
  const body = JSON.stringify({
    stream: true,
    model: 'm',
    messages: [{ role: 'user', content: entry.question }],
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${LLM_URL}/chat/completions`, { method: 'POST', headers, body });
  const text = answer.body!.pipeThrough(new TextDecoderStream());
  let rest = '';
  let count = 0;
  for await (const piece of text) {
    const lines = (rest + piece).split('\n\n');
    rest = lines.pop()!;
    for (const data of lines) {
      if (data === 'data: [DONE]') return finish(entry, 'completed');
      const more: string | undefined = JSON.parse(data.slice(6)).choices[0]?.delta.content;
      if (more === undefined) continue;
      entry.text += more;
      if (DEFECT === 'speaks-in-tongues' && entry.text.length > 99)
        for (const reader of entry.readers) reader.write('}{\n');
      const withheld = loses && ++count === 7 && (loses[1] === undefined || entry.answer === `a${loses[1]}`);
      if (!withheld) for (const reader of entry.readers) line(reader, { more });
    }
  }
  finish(entry, 'error');
}

function finish(entry: Entry, end: string): void {
  if (DEFECT === 'never-ends') {
    for (const reader of entry.readers) setInterval(() => line(reader, {}), 500).unref();
    return;
  }
  entry.end = end;
  for (const reader of entry.readers) {
    line(reader, { end });
    if (DEFECT === 'goes-on-after-the-end') line(reader, { more: 'and another thing' });
    reader.end();
  }
}

function follow(entry: Entry, reader: ServerResponse): void {
  reader.setHeader('content-type', 'application/x-ndjson');
  line(reader, { answer: entry.answer, soFar: entry.text });
  if (entry.end !== null) reader.end(`${JSON.stringify({ end: entry.end })}\n`);
  else entry.readers.add(reader.on('close', () => entry.readers.delete(reader)));
}

const server = createServer(async (req, res) => {
  const [, what, id = ''] = req.url!.split('?', 1)[0]!.split('/');
  let body = '';
  for await (const part of req) body += part;
  if (what === 'rooms' && req.method === 'POST') {
    const room = `room-${rooms.size + 1}`;
    rooms.set(room, []);
    res.end(JSON.stringify({ room }));
  } else if (what === 'rooms') {
    const own = DEFECT === 'lists-all-rooms' ? [...entries.values()] : (rooms.get(id) ?? []);
    const listed = DEFECT === 'lists-each-twice' ? [...own, ...own] : own;
    res.end(JSON.stringify(listed.map(({ readers, ...entry }) => entry)));
  } else if (what === 'ask') {
    const entry: Entry = {
      question: JSON.parse(body),
      answer: `a${entries.size + 1}`,
      text: '',
      end: null,
      readers: new Set(),
    };
    rooms.get(id)!.push(entry);
    entries.set(entry.answer, entry);
    follow(entry, res);
    generate(entry).catch(() => finish(entry, 'error'));
  } else if (what === 'answers') {
    const entry = entries.get(id);
    if (entry) follow(entry, res);
    else res.writeHead(404).end('{}');
  } else if (what === 'page') {
    res.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
  } else res.end('{}');
});
server.listen(0, '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${(server.address() as { port: number }).port}`),
);
