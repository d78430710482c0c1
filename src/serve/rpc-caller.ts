import type { CancelSignal } from '../base/index.ts';
import type { CallContext } from '../grpc/server/index.ts';
import type { Caller } from '../member/index.ts';

/** Who makes a call. Nothing is read before the member asks for it. */
export class RpcCaller implements Caller {
  readonly #context: CallContext;
  readonly #hasCommonNames: boolean;

  /** @param hasCommonNames whether the common name of a client certificate says who calls */
  constructor(context: CallContext, hasCommonNames: boolean) {
    this.#context = context;
    this.#hasCommonNames = hasCommonNames;
  }

  get token(): string | undefined {
    const text = this.#context.header('token') ?? this.#context.header('authorization');
    return text?.startsWith('Bearer ') === true ? text.slice('Bearer '.length) : text;
  }

  /** A JSON gateway shows its own certificate, which says nothing about whom it speaks for. */
  get commonName(): string | undefined {
    if (!this.#hasCommonNames || this.#context.header('grpcgateway-accept') !== undefined) return undefined;
    return this.#context.peer.commonName;
  }

  get signal(): CancelSignal {
    return this.#context.signal;
  }
}

/** The same caller for what is to be tidied up after it has gone. */
export const afterwards = ({ token, commonName }: Caller): Caller => ({ token, commonName });
