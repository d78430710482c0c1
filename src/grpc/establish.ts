import { watchBounds } from './bounds.ts';
import type { Connector } from './connector.ts';
import type { GrpcError } from './errors.ts';
import { canceled, closedChannel, deadlineExceeded, lostConnection } from './outcomes.ts';
import type { CallOptions } from './types.ts';

/**
 * Waits until the server has answered in HTTP/2.
 * @throws GrpcError, always `unprocessed`.
 */
export function establish(connector: Connector, bounds: Pick<CallOptions, 'deadline' | 'signal'>): Promise<void> {
  const connection = connector.connection();
  return new Promise((resolve, reject) => {
    const settle = (error: GrpcError | undefined): void => {
      stopWatch();
      connection.release(holder);
      if (error === undefined) resolve();
      else reject(error);
    };
    const holder = { abandon: () => settle(closedChannel(true)) };
    const stopWatch = watchBounds(bounds, {
      deadlinePassed: () => settle(deadlineExceeded(connector.trouble, true)),
      aborted: (reason) => settle(canceled(reason, true)),
    });
    connection.hold(holder);
    void connection.settled.then((failure) => settle(failure && lostConnection(failure, true)));
  });
}
