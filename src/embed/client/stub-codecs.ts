import { ConnectionPool } from 'etcd3/lib/connection-pool.js';
import type { Services } from 'etcd3/lib/rpc.js';
import type { Method } from '../../grpc/index.ts';

export type ServiceName = keyof typeof Services;

/** What etcd3 declares of a method's answer is the caller's to say; nothing here looks into it. */
const methods = new Map<string, ReturnType<typeof Reflect.get>>();

/**
 * A method of etcd's API with etcd3's own codecs, so that what comes out has the shapes which etcd3 makes of it
 * (64-bit numbers as strings, enums as words, bytes as Buffer). They are taken from a stub that never connects.
 */
export async function etcd3Method<Res = unknown>(service: ServiceName, name: string): Promise<Method<unknown, Res>> {
  const key = `${service}.${name}`;
  const known = methods.get(key);
  if (known !== undefined) return known;
  const pool = new ConnectionPool({ hosts: 'in-process:0' });
  try {
    // On the stub's method grpc-js keeps its definition: path, shape and codecs.
    const definition = await pool.withConnection(service, ({ client }) => Reflect.get(client, name));
    const method: Method<unknown, Res> = {
      path: definition.path,
      requestStream: definition.requestStream,
      responseStream: definition.responseStream,
      encode: definition.requestSerialize,
      decode: (bytes) => definition.responseDeserialize(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    };
    methods.set(key, method);
    return method;
  } finally {
    pool.close();
  }
}
