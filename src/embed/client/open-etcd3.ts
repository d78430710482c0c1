import { Etcd3, type IOptions } from 'etcd3';
import type { ClientOptions, ClientTls } from '../api.ts';
import { type Channels, InProcessPool, type Login } from './in-process-pool.ts';

/** How a cluster is reached: at its URLs, or where it has none through channels of this process. */
export interface Access {
  readonly endpoints: readonly string[];
  readonly tls: ClientTls | undefined;
  readonly login: Login | undefined;
  readonly channels: Channels;
  /** Told when the client is closed. */
  readonly closed: (client: Etcd3) => void;
}

type Etcd3Options = Omit<ClientOptions, 'member'>;

/** etcd3's own client, connected to an embedded cluster. */
export function openEtcd3(access: Access, options: Etcd3Options): Etcd3 {
  if (access.endpoints.length > 0) return new EmbeddedEtcd3(optionsFor(access, options), access.closed);
  const client = new EmbeddedEtcd3({ ...options, hosts: 'in-process:0' }, access.closed);
  client.mock(new InProcessPool(access.channels, loginOf(options) ?? access.login));
  return client;
}

function optionsFor({ endpoints, tls, login }: Access, options: Etcd3Options): IOptions {
  return {
    ...(login && { auth: login }),
    ...options,
    hosts: [...endpoints],
    ...(tls && {
      // An address is no name to ask for in a handshake; the certificate has this one, too.
      grpcOptions: { 'grpc.ssl_target_name_override': 'localhost', ...options.grpcOptions },
      credentials: {
        rootCertificate: Buffer.from(tls.ca),
        certChain: Buffer.from(tls.cert),
        privateKey: Buffer.from(tls.key),
      },
    }),
  };
}

const loginOf = ({ auth }: Etcd3Options): Login | undefined => auth;

class EmbeddedEtcd3 extends Etcd3 {
  readonly #closed: (client: Etcd3) => void;

  constructor(options: IOptions, closed: (client: Etcd3) => void) {
    super(options);
    this.#closed = closed;
  }

  override close(): void {
    super.close();
    this.#closed(this);
  }
}
