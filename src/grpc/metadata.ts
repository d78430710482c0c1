import { GrpcError } from './errors.ts';
import type { ReceivedHeaders } from './http2/index.ts';
import { StatusCode } from './status.ts';
import type { Metadata } from './types.ts';

const NAME = /^[0-9a-z_.-]+$/;
/** What a header may hold: printable ASCII and the space. */
const PRINTABLE = /^[\x20-\x7e]*$/;

/** Headers that belong to the protocol itself: a caller may not set them, and they are no part of what it receives. */
const reserved = new Set(['content-type', 'te', 'user-agent', 'connection', 'host', 'transfer-encoding', 'upgrade']);

const isReserved = (name: string): boolean => name.startsWith(':') || name.startsWith('grpc-') || reserved.has(name);

/**
 * Adds a call's metadata to its request headers; bytes are sent as base64 without padding.
 * @throws GrpcError (Internal) on a name or value that cannot be sent; the value is not in the message, it may be a secret.
 */
export function addMetadata(headers: Record<string, string>, metadata: Metadata): void {
  for (const [name, value] of Object.entries(metadata)) {
    if (!NAME.test(name) || isReserved(name)) throw refusal(`metadata may not be named ${JSON.stringify(name)}`);
    headers[name] = name.endsWith('-bin') ? encodeBinary(name, value) : checkText(name, value);
  }
}

/**
 * The metadata among received headers. A name that came more than once has its values joined by ", "; of a repeated
 * `-bin` name the first is kept. A `-bin` value that is no base64 is left out.
 */
export function readMetadata(headers: ReceivedHeaders): Metadata {
  const metadata: Record<string, string | Uint8Array> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || (isReserved(name) && name !== 'grpc-status-details-bin')) continue;
    const text = String(value);
    if (!name.endsWith('-bin')) metadata[name] = text;
    else Object.assign(metadata, decodeBinary(name, text));
  }
  return metadata;
}

function encodeBinary(name: string, value: string | Uint8Array): string {
  if (typeof value === 'string') throw refusal(`metadata ${name} must be bytes, as its name ends in -bin`);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64').replace(/=+$/, '');
}

function checkText(name: string, value: string | Uint8Array): string {
  if (typeof value !== 'string') throw refusal(`metadata ${name} holds bytes, so its name must end in -bin`);
  if (!PRINTABLE.test(value)) throw refusal(`metadata ${name} holds characters other than printable ASCII`);
  return value;
}

function decodeBinary(name: string, text: string): Metadata {
  const first = text.split(',', 1)[0]?.trim() ?? '';
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(first)) return {};
  return { [name]: new Uint8Array(Buffer.from(first, 'base64')) };
}

const refusal = (details: string): GrpcError => new GrpcError(StatusCode.Internal, details, { unprocessed: true });
