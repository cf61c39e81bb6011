/** Of k6/x/sse what is used here: harness/stack/k6/sse has it, and xk6-sse too, whose `open` is over when it returns. */
declare module 'k6/x/sse' {
  export interface SseEvent {
    /** Empty where the event has none. */
    readonly id: string;
    readonly name: string;
    readonly data: string;
  }
  export interface SseClient {
    on(name: 'open' | 'error', handler: () => void): void;
    on(name: 'event', handler: (event: SseEvent) => void): void;
    close(): void;
  }
  export interface SseParams {
    method?: string;
    headers?: Readonly<Record<string, string>>;
    body?: string;
    tags?: Readonly<Record<string, string>>;
    timeout?: string;
  }
  export interface SseResponse {
    /** 0: no answer came. */
    readonly status: number;
    readonly error: string;
  }
  const sse: {
    open(
      url: string,
      params: SseParams,
      setUp: (client: SseClient) => void,
    ): SseResponse | Promise<SseResponse>;
  };
  export default sse;
}
