/**
 * Makes a library's openat a call of ours, in the forms that gcc gives it:
 *
 * - `mov $0x101,%eax`, moves of arguments, `syscall`: becomes `mov $hook,%eax` and `call *%rax`, which are of the same
 *   length where the hook is at an address below 2^31.
 * - `push $0x101`, moves of arguments, and a call of the function for system calls that may be cancelled (glibc from
 *   2.41 on): the call leads to code at the end of the segment, which asks the hook first.
 */
import { HEADER_BYTES, PAGE, PF_X, PT_LOAD, type Elf } from './elf.ts';
import { UnfitLibrary } from './libraries.ts';
import { functionOf, type Extent } from './symbols.ts';

const NUMBER = Buffer.from([0x01, 0x01, 0x00, 0x00]);
const MOV_TO_EAX = 0xb8;
const PUSH = 0x68;
const CALL = 0xe8;
const SYSCALL = Buffer.from([0x0f, 0x05]);
const CALL_RAX = Buffer.from([0xff, 0xd0]);

/** So far behind the number its system call would be, with every argument moved in between. */
const FAR = 32;

/**
 * @param hook address of a function that is called as a system call is
 * @param functions names of those that are to be hooked; without any it is all code, where openat has the first form
 * @returns the library with every openat there replaced
 * @throws UnfitLibrary when there is none, or one of another form
 */
export function withHook(elf: Elf, hook: number, name: string, functions: readonly string[] = []): Buffer {
  if (hook >= 2 ** 31) throw new Error(`0x${hook.toString(16)} is too far up to be called`);
  const hooked = { ...elf, bytes: Buffer.from(elf.bytes) };
  for (const functionName of functions) {
    const extent = functionOf(elf, functionName);
    if (extent === undefined) throw new UnfitLibrary(`${name} has no function ${functionName}`);
    hookAll(hooked, [extent], hook, `${functionName} of ${name}`, () => true);
  }
  if (functions.length > 0) return hooked.bytes;
  const isCall = (at: number): boolean =>
    hooked.bytes[at] !== PUSH && hooked.bytes.subarray(at, at + FAR).includes(SYSCALL);
  hookAll(hooked, executableParts(elf), hook, name, isCall);
  return hooked.bytes;
}

/** @param isCall whether the number there is that of a system call, even if not of a form that is known */
function hookAll(
  elf: Elf,
  parts: readonly Extent[],
  hook: number,
  name: string,
  isCall: (at: number) => boolean,
): void {
  let sites = 0;
  for (const part of parts) {
    for (const at of numbersIn(elf.bytes, part)) {
      if (!isCall(at)) continue;
      if (!hookAt(elf, at, hook))
        throw new UnfitLibrary(`${name} has an openat of another form at 0x${at.toString(16)}`);
      sites += 1;
    }
  }
  if (sites === 0) throw new UnfitLibrary(`${name} has no openat of a form that is known`);
}

const executableParts = ({ headers }: Elf): Extent[] =>
  headers
    .filter(({ type, flags }) => type === PT_LOAD && (flags & PF_X) !== 0)
    .map(({ offset, fileSize }) => ({ start: offset, end: offset + fileSize }));

/** Where instructions with the number of openat begin. */
function* numbersIn(bytes: Buffer, { start, end }: Extent): Generator<number> {
  for (let at = bytes.indexOf(NUMBER, start + 1); at >= 0 && at < end; at = bytes.indexOf(NUMBER, at + 1)) {
    if (bytes[at - 1] === MOV_TO_EAX || bytes[at - 1] === PUSH) yield at - 1;
  }
}

function hookAt(elf: Elf, at: number, hook: number): boolean {
  const { bytes } = elf;
  const call = afterMoves(bytes, at + 5);
  if (bytes[at] === MOV_TO_EAX && SYSCALL.equals(bytes.subarray(call, call + 2))) {
    bytes.writeInt32LE(hook, at + 1);
    CALL_RAX.copy(bytes, call);
    return true;
  }
  if (bytes[at] !== PUSH || bytes[call] !== CALL) return false;
  const target = call + 5 + bytes.readInt32LE(call + 1);
  const detour = addCode(elf, call, (place) => asksFirst(hook, target - place));
  if (detour === undefined) return false;
  bytes.writeInt32LE(detour - (call + 5), call + 1);
  return true;
}

/** Skips moves to registers that hold arguments: none of them changes eax. */
function afterMoves(code: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const first = code[at] ?? 0;
    const prefix = first >> 4 === 4 ? 1 : 0;
    const opcode = code[at + prefix] ?? 0;
    const operands = code[at + prefix + 1] ?? 0;
    const toEax = (operands & 7) === 0 && (prefix === 0 || (first & 1) === 0);
    const ofRegisters = operands >= 0xc0 && !toEax;
    if ((opcode === 0x89 || opcode === 0x31) && ofRegisters) at += prefix + 2;
    else if (opcode === 0xc7 && prefix === 1 && ofRegisters) at += 7;
    else if ([0xba, 0xbe, 0xbf].includes(opcode) && prefix === 0) at += 5;
    else return at;
  }
}

/** Calls the hook with what a function has for arguments; if that gives an error, all is left to the function. */
function asksFirst(hook: number, target: number): Buffer {
  const code = Buffer.from('4989cab800000000ffd04885c07801c3e900000000', 'hex');
  code.writeInt32LE(hook, 4);
  code.writeInt32LE(target - code.length, code.length - 4);
  return code;
}

/** Adds code behind the segment that is loaded there, on its last page; undefined where that has no room. */
function addCode(elf: Elf, near: number, make: (place: number) => Buffer): number | undefined {
  const { bytes, headersOffset } = elf;
  for (const [index, { type, offset }] of elf.headers.entries()) {
    const header = headersOffset + index * HEADER_BYTES;
    const size = Number(bytes.readBigUInt64LE(header + 32));
    if (type !== PT_LOAD || near < offset || near >= offset + size) continue;
    const place = offset + size;
    const code = make(place);
    const free = bytes.subarray(place, place + code.length);
    if ((place % PAGE) + code.length > PAGE || free.length < code.length || free.some((byte) => byte !== 0))
      return undefined;
    code.copy(bytes, place);
    for (const field of [32, 40]) bytes.writeBigUInt64LE(BigInt(size + code.length), header + field);
    return place;
  }
  return undefined;
}
