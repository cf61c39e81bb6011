/** Streams a finished answer from its beginning, as a reader who never saw it. */
import { now, type SendSeed } from '../../history/index.ts';
import { openStream, type Way } from './http.ts';
import type { ApiSettings } from './settings.ts';
import { openView } from './view.ts';

export async function replay(
  settings: ApiSettings,
  way: Way,
  at: { actor: string; session: string; message: string; send: SendSeed },
): Promise<void> {
  const { target, recorder, name } = settings;
  const { actor, session, message, send } = at;
  const view = openView({ id: name('view'), actor, send, recorder, kind: 'snapshot', fresh: true });
  const stream = name('stream');
  const fields = { stream, view: view.id, send } as const;
  recorder.record({ type: 'stream.open', ...fields, actor, cursor: null });
  try {
    const request = target.open({ session, message, cursor: null });
    const opened = await openStream(way, request, target.framing, settings.silence);
    if ('refused' in opened) {
      const { code } = target.refusal(opened.refused);
      recorder.record({ type: 'stream.close', ...fields, why: 'refused', http: opened.refused.status, code });
    } else {
      const how = await opened.stream.read((frame) => {
        const { text, terminal } = target.decode(frame);
        if (text) view[text.how](text.text, stream);
        if (terminal === undefined) return;
        recorder.record({
          type: 'state',
          from: 'stream',
          actor,
          send,
          asked: now(),
          state: terminal,
          fresh: true,
        });
        view.end(terminal);
        opened.stream.close();
      });
      const why = view.ended !== undefined ? 'terminal' : how === 'stalled' ? 'client' : how;
      recorder.record({ type: 'stream.close', ...fields, why });
    }
  } catch {
    recorder.record({ type: 'stream.close', ...fields, why: 'broken' });
  }
  view.close('snapshot');
}
