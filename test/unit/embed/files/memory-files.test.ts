import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../../../src/embed/files/memory-files.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

function filesWith(entries: Readonly<Record<string, string>>): MemoryFiles {
  const files = new MemoryFiles();
  for (const [path, text] of Object.entries(entries)) {
    files.makeDirectories(path.slice(0, path.lastIndexOf('/')) || '/');
    const file = files.open(path, 'create');
    file.writeAt(bytes(text), 0);
    file.close();
  }
  return files;
}

function textOf(files: MemoryFiles, path: string): string {
  const file = files.open(path, 'read');
  const into = new Uint8Array(file.size());
  file.readAt(into, 0);
  return Buffer.from(into).toString();
}

describe('a disk in memory', () => {
  it('finds files and directories again', () => {
    const files = filesWith({ '/a/b/one': '1', '/a/two': '22' });
    expect([files.list('/a'), files.list('/a/b'), files.list('/')]).toEqual([['b', 'two'], ['one'], ['a']]);
    expect([files.stat('/a')?.kind, files.stat('/a/two')?.size, files.stat('/nothing')]).toEqual([
      'directory',
      2,
      undefined,
    ]);
  });

  it('makes directories, and says which is the topmost', () => {
    const files = new MemoryFiles();
    expect(files.makeDirectories('/a/b/c')).toBe('/a');
    expect(files.makeDirectories('/a/b/d')).toBe('/a/b/d');
    expect(files.makeDirectories('/a/b')).toBeUndefined();
  });

  it.each([
    ['read', '/no', 'ENOENT'],
    ['update', '/no', 'ENOENT'],
    ['create', '/a/one', 'EEXIST'],
    ['create', '/no/where', 'ENOENT'],
    ['create', '/a/one/two', 'ENOTDIR'],
    ['read', '/a', 'EISDIR'],
  ] as const)('does not open to %s %s: %s', (mode, path, code) => {
    const files = filesWith({ '/a/one': '1' });
    expect(() => files.open(path, mode)).toThrow(expect.objectContaining({ code }));
  });

  it('empties what is replaced', () => {
    const files = filesWith({ '/one': 'long' });
    files.open('/one', 'replace').writeAt(bytes('s'), 0);
    expect(textOf(files, '/one')).toBe('s');
  });

  it('renames files over others, and whole directories', () => {
    const files = filesWith({ '/a/one': '1', '/a/two': '2', '/b/c/three': '3' });
    files.rename('/a/one', '/a/two');
    files.rename('/b', '/d');
    expect([files.list('/'), files.list('/a'), textOf(files, '/a/two'), textOf(files, '/d/c/three')]).toEqual([
      ['a', 'd'],
      ['two'],
      '1',
      '3',
    ]);
    expect(() => files.rename('/nothing', '/x')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => files.rename('/a', '/d')).toThrow(expect.objectContaining({ code: 'ENOTEMPTY' }));
  });

  it('removes', () => {
    const files = filesWith({ '/a/one': '1', '/a/b/two': '2', '/ab': '3' });
    files.removeTree('/a');
    files.removeTree('/a');
    expect(files.list('/')).toEqual(['ab']);
    files.remove('/ab');
    expect(() => files.remove('/ab')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('keeps an open file though its name goes', () => {
    const files = filesWith({ '/one': 'text' });
    const file = files.open('/one', 'read');
    files.remove('/one');
    expect(file.size()).toBe(4);
  });

  it('lets nothing be done with a closed file, or be written to one that is read', () => {
    const files = filesWith({ '/one': 'text' });
    const file = files.open('/one', 'read');
    expect(() => file.writeAt(bytes('x'), 0)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    file.close();
    expect(() => file.size()).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('holds what a plain array of bytes would, whatever is written and cut', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('write' as const),
        at: fc.nat(200_000),
        text: fc.uint8Array({ maxLength: 70_000 }),
      }),
      fc.record({ kind: fc.constant('cut' as const), size: fc.nat(200_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const file = new MemoryFiles().open('/file', 'create');
        let model = Buffer.alloc(0);
        for (const one of steps) {
          if (one.kind === 'cut') {
            file.truncate(one.size);
            model = Buffer.concat([model.subarray(0, one.size), Buffer.alloc(Math.max(0, one.size - model.length))]);
          } else {
            file.writeAt(one.text, one.at);
            const end = one.text.length === 0 ? model.length : Math.max(model.length, one.at + one.text.length);
            model = Buffer.concat([model, Buffer.alloc(end - model.length)]);
            if (one.text.length > 0) model.set(one.text, one.at);
          }
        }
        const into = new Uint8Array(model.length + 1);
        expect(file.readAt(into, 0)).toBe(model.length);
        expect(Buffer.compare(into.subarray(0, model.length), model)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
