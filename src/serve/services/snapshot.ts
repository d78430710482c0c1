import { createHash } from 'node:crypto';
import { concatBytes } from '../../base/index.ts';
import type { Responses } from '../../grpc/server/index.ts';
import type { SnapshotImage } from '../../member/index.ts';
import type { SnapshotResponse } from '../../wire/index.ts';

/** As etcd's servers cut it. */
const BLOB_BYTES = 32 * 1024;

/** Sends an image in blobs, at the client's pace, and last its SHA-256. */
export async function sendSnapshot(image: SnapshotImage, responses: Responses<SnapshotResponse>): Promise<void> {
  const digest = createHash('sha256');
  let remaining = image.sizeBytes;
  for await (const blob of inBlobs(image.chunks)) {
    if (responses.isOver) return;
    remaining -= BigInt(blob.byteLength);
    digest.update(blob);
    responses.send(response(image, remaining, blob));
    await responses.ready();
  }
  // A client that got less than it was told would only find out by the digest.
  if (remaining !== 0n) throw new Error(`the snapshot came out ${remaining} bytes shorter than announced`);
  responses.send(response(image, 0n, new Uint8Array(digest.digest())));
}

function response({ version }: SnapshotImage, remaining_bytes: bigint, blob: Uint8Array): SnapshotResponse {
  return { header: undefined, remaining_bytes, blob, version };
}

/** The same bytes in pieces of one size, but for the last. */
async function* inBlobs(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      const part = chunk.subarray(at, at + BLOB_BYTES - bytes);
      parts.push(part);
      at += part.byteLength;
      bytes += part.byteLength;
      if (bytes < BLOB_BYTES) continue;
      yield concatBytes(parts);
      parts = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield concatBytes(parts);
}
