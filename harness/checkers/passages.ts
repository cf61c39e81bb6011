import type { RecordedOf } from '../history/events.ts';
import { RareMap } from './rare-map.ts';

/** A request as the fault proxy passed it on, and how much of its answer. */
interface Passage {
  stream?: string;
  method: string;
  /** The process of the target that it was led to. */
  instance?: number;
  /** UTF-16 units of text passed on. */
  text: number;
}

/** What went through the fault proxy, by its exchanges and by the streams that they fed. */
export class Passages {
  private readonly byExchange = new RareMap<string, Passage>();
  private readonly byStream = new RareMap<string, Passage>();

  open({ exchange, method, stream, instance }: RecordedOf<'wire.open'>): void {
    this.add(exchange, {
      text: 0,
      method,
      ...(stream !== undefined && { stream }),
      ...(instance !== undefined && { instance }),
    });
  }

  frame({ exchange, dropped, text }: RecordedOf<'wire.frame'>): void {
    const passage = this.byExchange.get(exchange);
    if (passage && !dropped) passage.text += text;
  }

  /** By which a stream (of a page: named after it) was fed; undefined where the proxy saw none. */
  of(stream: string): Passage | undefined {
    return this.byExchange.get(stream) ?? this.byStream.get(stream);
  }

  /** UTF-16 units of text that came to a stream (of a page: an exchange); undefined where the proxy saw no such stream. */
  unitsTo(stream: string): number | undefined {
    let units: number | undefined;
    for (const [id, passage] of this.byExchange)
      if (passage.stream === stream || id === stream) units = (units ?? 0) + passage.text;
    return units;
  }

  merge(other: Passages): void {
    for (const [exchange, passage] of other.byExchange) this.add(exchange, passage);
  }

  private add(exchange: string, passage: Passage): void {
    this.byExchange.set(exchange, passage);
    if (passage.stream !== undefined) this.byStream.set(passage.stream, passage);
  }
}
