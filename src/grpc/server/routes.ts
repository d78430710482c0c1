import { StatusCode } from '../status.ts';
import type { ServerCall } from './call.ts';
import type { Outcome } from './types.ts';

/** What becomes of the messages of a call. */
export interface Intake {
  message(bytes: Uint8Array): void;
  /** The client half-closed. */
  end(): void;
}

/** A method with its handler; the types of its messages are nobody else's business. */
export interface Route {
  readonly path: string;
  /** Of any shape but the unary. */
  readonly isStreaming: boolean;
  begin(call: ServerCall): Intake;
}

/** The methods of a server by their paths. */
export class Routes {
  readonly #byPath = new Map<string, Route>();
  readonly #services = new Set<string>();

  add(route: Route): void {
    const { path } = route;
    if (this.#byPath.has(path)) throw new Error(`the method ${path} is served already`);
    this.#byPath.set(path, route);
    this.#services.add(serviceOf(path));
  }

  find(path: string): Route | undefined {
    return this.#byPath.get(path);
  }

  /** Why there is nothing at a path, in Go's words. */
  explain(path: string): Outcome {
    const slash = path.lastIndexOf('/');
    if (slash <= 0) return unimplemented(`malformed method name: ${JSON.stringify(path)}`);
    const service = serviceOf(path);
    if (!this.#services.has(service)) return unimplemented(`unknown service ${service}`);
    return unimplemented(`unknown method ${path.slice(slash + 1)} for service ${service}`);
  }
}

const serviceOf = (path: string): string => path.slice(1, path.lastIndexOf('/'));

const unimplemented = (details: string): Outcome => ({ code: StatusCode.Unimplemented, details });
