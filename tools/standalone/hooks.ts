/**
 * Turns a library's openat into a call of ours. gcc writes that system call as `mov $0x101,%eax` and, at once or after
 * moves of arguments, `syscall`; `mov $hook,%eax` and `call *%rax` are of the same length, if the hook is at an address
 * below 2^31.
 */
import { PF_X, PT_LOAD, type Elf } from './elf.ts';
import { UnfitLibrary } from './libraries.ts';

const MOV_OPENAT = Buffer.from([0xb8, 0x01, 0x01, 0x00, 0x00]);
const SYSCALL = Buffer.from([0x0f, 0x05]);
const CALL_RAX = Buffer.from([0xff, 0xd0]);

/** So far behind the number its system call would be, with every argument moved in between. */
const FAR = 32;

/**
 * @param hook address of a function that is called as `openat` is, in registers of a system call
 * @returns the library with every openat replaced
 * @throws UnfitLibrary when it has none, or one of another form
 */
export function withHook({ bytes, headers }: Elf, hook: number, name: string): Buffer {
  if (hook >= 2 ** 31) throw new Error(`0x${hook.toString(16)} is too far up to be called`);
  const hooked = Buffer.from(bytes);
  let sites = 0;
  for (const { type, flags, offset, fileSize } of headers) {
    if (type !== PT_LOAD || (flags & PF_X) === 0) continue;
    const code = hooked.subarray(offset, offset + fileSize);
    for (let at = code.indexOf(MOV_OPENAT); at >= 0; at = code.indexOf(MOV_OPENAT, at + 1)) {
      const behind = at + MOV_OPENAT.length;
      const systemCall = afterMoves(code, behind);
      if (!SYSCALL.equals(code.subarray(systemCall, systemCall + 2))) {
        if (!code.subarray(behind, behind + FAR).includes(SYSCALL)) continue;
        throw new UnfitLibrary(`${name} has an openat of another form at 0x${(offset + at).toString(16)}`);
      }
      code.writeInt32LE(hook, at + 1);
      CALL_RAX.copy(code, systemCall);
      sites += 1;
    }
  }
  if (sites === 0) throw new UnfitLibrary(`${name} has no openat of a form that is known`);
  return hooked;
}

/** Skips moves to registers that hold arguments: none of them changes eax. */
function afterMoves(code: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const hasRex = (code[at] ?? 0) >> 4 === 4;
    const opcode = code[hasRex ? at + 1 : at] ?? 0;
    const operands = code[hasRex ? at + 2 : at + 1] ?? 0;
    const ofRegisters = (opcode === 0x89 || opcode === 0x31) && operands >= 0xc0 && (operands & 7) !== 0;
    if (ofRegisters) at += hasRex ? 3 : 2;
    else if (!hasRex && [0xba, 0xbe, 0xbf].includes(opcode)) at += 5;
    else return at;
  }
}
