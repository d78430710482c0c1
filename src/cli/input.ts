import { concatBytes } from '../base/index.ts';
import type { Input } from './io.ts';

/** All of an input until its end. */
export async function readAll(input: Input): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return concatBytes(chunks);
}
