import { type FileSystem, readFully, writeFully } from './files.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

/** The whole of a small file. @throws FileError */
export function readText(files: FileSystem, path: string): string {
  const file = files.open(path, 'read');
  try {
    const bytes = new Uint8Array(file.size());
    return utf8Decode(bytes.subarray(0, readFully(file, bytes, 0)));
  } finally {
    file.close();
  }
}

/** Makes it the whole of a file that only its owner can read, and durable. @throws FileError */
export function writePrivateText(files: FileSystem, path: string, text: string): void {
  const file = files.open(path, 'replace');
  try {
    // A file that was there before keeps its mode through all this.
    files.chmod(path, 0o600);
    writeFully(file, utf8Encode(text), 0);
    file.fsync();
  } finally {
    file.close();
  }
}
