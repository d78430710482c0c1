/**
 * A small client of etcd's JSON gateway. The tests prepare and inspect servers
 * through it, so that neither of the tools under comparison is trusted for it.
 */
import { request as httpRequest, Agent as HttpAgent } from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';

export interface GatewayTls {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface GatewayUser {
  readonly name: string;
  readonly password: string;
}

/** The gateway writes 64-bit numbers as strings, so nothing is lost in JSON. */
export interface Header {
  readonly revision: string;
  readonly raft_term: string;
  readonly member_id: string;
}

export class Gateway {
  readonly #url: string;
  readonly #agent: HttpAgent | HttpsAgent;
  #token: string | undefined;

  /** `endpoint` is host:port. */
  constructor(endpoint: string, tls?: GatewayTls) {
    this.#url = `${tls ? 'https' : 'http'}://${endpoint}`;
    this.#agent = tls ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
  }

  async health(): Promise<boolean> {
    return (await this.#send('GET', '/health')).status === 200;
  }

  /** Posts to /v3/<path> and returns the answer; throws with the server's message on failure. */
  async call<Answer extends object = object>(path: string, body: object = {}): Promise<Answer> {
    const { status, text } = await this.#send('POST', `/v3/${path}`, JSON.stringify(body));
    if (status !== 200) throw new Error(`${path}: HTTP ${status}: ${text.trim()}`);
    const answer: Answer = JSON.parse(text);
    return answer;
  }

  /** The token of the user who is logged in. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Sends further calls as this user. */
  async login(user: GatewayUser): Promise<void> {
    this.#token = (await this.call<{ token: string }>('auth/authenticate', user)).token;
  }

  /** The value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const { text } = await this.#send('GET', '/metrics');
    const value = text.split('\n').find((line) => line.startsWith(`${name} `));
    if (value === undefined) throw new Error(`there is no metric ${name}`);
    return Number(value.slice(name.length));
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body = ''): Promise<{ status: number; text: string }> {
    const request = this.#url.startsWith('https') ? httpsRequest : httpRequest;
    const headers = this.#token === undefined ? {} : { authorization: this.#token };
    return new Promise((resolve, reject) => {
      const sent = request(this.#url + path, { method, agent: this.#agent, headers, timeout: 5_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error(`${path}: no answer within 5 s`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
