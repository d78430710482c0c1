/** An answer over HTTP, whichever version carries it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>;

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' } as const;

export const text = (body: string): HttpAnswer => ({ status: 200, headers: PLAIN, body });

/** An error, as Go's http package words and ends it. */
export const failure = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer => ({
  status,
  headers: { ...PLAIN, 'x-content-type-options': 'nosniff', ...headers },
  body: `${body}\n`,
});

export const notFound = failure(404, '404 page not found');

/** Answers nothing but GET. */
export const getOnly =
  (handle: HttpHandler): HttpHandler =>
  (request) =>
    request.method === 'GET' ? handle(request) : Promise.resolve(failure(405, 'Method Not Allowed', { allow: 'GET' }));
