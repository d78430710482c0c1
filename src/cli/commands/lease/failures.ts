import { ClientError } from '../../../client/index.ts';

/** Puts etcdctl's sentence around a failed RPC: `failed to grant lease (…)`. */
export async function wrapped<T>(sentence: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof ClientError ? error.wrap(`${sentence} (${error.message})`) : error;
  }
}

/** Failures of timetolive, list and keep-alive end with the exit code of a bad connection, as etcdctl's do. */
export async function asBadConnection<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof ClientError ? error.wrap(error.message, 'construction') : error;
  }
}
