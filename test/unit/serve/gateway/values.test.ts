import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextError } from '../../../../src/base/index.ts';
import { jsonValues } from '../../../../src/serve/gateway/values.ts';

async function valuesOf(chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const values: unknown[] = [];
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  for await (const value of jsonValues(body())) values.push(value);
  return values;
}
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each)));

describe('a body of several JSON values', () => {
  it('yields each, however it is cut', async () => {
    const object = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())));
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 9 })),
        async (objects, sizes) => {
          const bytes = Buffer.from(objects.map((each) => JSON.stringify(each)).join('\n'));
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (const size of [...sizes, bytes.length]) {
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(plain(await valuesOf(chunks))).toEqual(plain(objects));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['', []],
    [' \n', []],
    ['{}{}', [{}, {}]],
    ['{"a":"}{\\"]"} null', [{ a: '}{"]' }, null]],
  ])('%j', async (text, values) => {
    expect(plain(await valuesOf([Buffer.from(text)]))).toEqual(values);
  });

  it.each(['x', '{', '{"a"', '{]'])('is refused where it is none: %j', async (text) => {
    await expect(valuesOf([Buffer.from(text)])).rejects.toBeInstanceOf(TextError);
  });
});
