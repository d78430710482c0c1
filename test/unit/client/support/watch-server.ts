import type { WatchSource, WatchStream } from '../../../../src/client/watch/index.ts';
import { GrpcError, StatusCode } from '../../../../src/grpc/index.ts';
import type { Event, Init, WatchCreateRequest, WatchRequest, WatchResponse } from '../../../../src/wire/index.ts';
import { WatchResponse as Codec } from '../../../../src/wire/gen/rpc/watch.ts';

export const CUT = new GrpcError(StatusCode.Unavailable, 'the connection was cut');

export const header = (revision: bigint) => ({ cluster_id: 1n, member_id: 2n, revision, raft_term: 3n });

/** The `index`th event of a revision. */
export const event = (revision: bigint, index = 0): Init<Event> => ({
  kv: { key: new TextEncoder().encode(`k${index}`), mod_revision: revision },
});

/** What one stream does after the request to create: messages, or an error that ends it. */
export type Script = (
  request: Init<WatchCreateRequest>,
) => Iterable<Init<WatchResponse> | Error> | AsyncIterable<Init<WatchResponse> | Error>;

/** A Watch service whose streams follow scripts, one per stream; the last script serves all later ones. */
export class FakeWatchServer {
  readonly creates: Init<WatchCreateRequest>[] = [];
  readonly progressRequests: number[] = [];
  readonly recoveries: (GrpcError | undefined)[] = [];
  progressed = 0;
  canceled = 0;
  readonly #scripts: Script[];

  constructor(...scripts: Script[]) {
    this.#scripts = scripts;
  }

  get source(): WatchSource {
    return {
      open: async ({ signal }) => {
        if (signal?.aborted) throw new GrpcError(StatusCode.Canceled, 'context canceled');
        return this.#open(signal);
      },
      recovery: {
        progressed: () => {
          this.progressed += 1;
        },
        after: async (error) => {
          this.recoveries.push(error);
          const isFinal =
            error !== undefined && error.code !== StatusCode.Unavailable && error.code !== StatusCode.Unauthenticated;
          if (isFinal) throw error;
        },
      },
      fail: async (error) => error,
    };
  }

  #open(signal: AbortSignal | undefined): WatchStream {
    const number = this.creates.length;
    const script = this.#scripts[Math.min(number, this.#scripts.length - 1)]!;
    let start: (request: Init<WatchCreateRequest>) => void;
    const created = new Promise<Init<WatchCreateRequest>>((resolve) => {
      start = resolve;
    });
    return {
      write: async (request: Init<WatchRequest>) => {
        if (request.progress_request) this.progressRequests.push(number);
        if (!request.create_request) return;
        this.creates.push(request.create_request);
        start(request.create_request);
      },
      cancel: () => {
        this.canceled += 1;
      },
      async *[Symbol.asyncIterator]() {
        for await (const message of script(await created)) {
          if (signal?.aborted) throw new GrpcError(StatusCode.Canceled, 'context canceled');
          if (message instanceof Error) throw message;
          yield Codec.fromPartial(message as object);
        }
      },
    };
  }
}
