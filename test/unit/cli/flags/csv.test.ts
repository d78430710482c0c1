import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsvLine, parseCsvLine } from '../../../../src/cli/flags/index.ts';
import { recorded, thrownBy } from './recorded.ts';

interface CsvCase {
  readonly in: string;
  readonly fields?: readonly string[];
  readonly text?: string;
  readonly error?: string;
}

describe('parseCsvLine', () => {
  it.each(recorded<CsvCase>('csv'))('$in', ({ in: text, fields, text: rendered, error }) => {
    if (fields === undefined) {
      expect(thrownBy(() => parseCsvLine(text)).message).toBe(error);
      return;
    }
    expect(parseCsvLine(text)).toEqual(fields);
    expect(`[${formatCsvLine(fields)}]`).toBe(rendered);
  });

  it('reads back what formatCsvLine writes', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', 'é', '\\', '.') });
    // A lone empty field is written as nothing, as in Go, and nothing is read as no field.
    const fields = fc.array(field, { minLength: 1 }).filter((list) => list.join('') !== '' || list.length > 1);
    fc.assert(
      fc.property(fields, (list) => {
        expect(parseCsvLine(formatCsvLine(list))).toEqual(list);
      }),
    );
  });
});
