/*
 * The first code of a standalone file for linux-x64, in the place of the kernel's
 * search for /lib64/ld-linux-x86-64.so.2. Where the system has glibc, /proc and
 * /dev/null it loads the system's loader, as the kernel would have. Anywhere else
 * it loads the one the file carries (carry.ts), whose calls of openat lead here,
 * so that the C library is found in the file too.
 *
 * It is compiled, together with open.c, by compile-start.mjs and kept as start.hex,
 * so that a build needs no compiler. It has no library beneath it, may use no SSE
 * registers (the callers of the hooks rely on them), and must fit in one page.
 */
#include "start.h"
#include <elf.h>
#include <sys/mman.h>

/* As much of a loader as is read before it is mapped. */
enum { HEAD = 2 * PAGE };

/* The build knows these places: the entry at 0, the hooks at 32 and 48. */
asm(".section .text.first, \"ax\"\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rbx\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call begin\n"
    "  mov %rbx, %rsp\n"
    "  jmp *%rax\n"
    ".org 32\n"
    "  lea open_library(%rip), %rax\n"
    "  jmp hook\n"
    ".org 48\n"
    "  lea open_file(%rip), %rax\n"
    /* Called in the place of a syscall: all but rax and r11 stay as they were, and the red zone of the caller. */
    "hook:\n"
    "  lea -128(%rsp), %rsp\n"
    "  push %rbp\n"
    "  mov %rsp, %rbp\n"
    "  push %rdi\n"
    "  push %rsi\n"
    "  push %rdx\n"
    "  push %rcx\n"
    "  push %r8\n"
    "  push %r9\n"
    "  push %r10\n"
    "  mov %r10, %rcx\n"
    "  and $-16, %rsp\n"
    "  call *%rax\n"
    "  lea -56(%rbp), %rsp\n"
    "  pop %r10\n"
    "  pop %r9\n"
    "  pop %r8\n"
    "  pop %rcx\n"
    "  pop %rdx\n"
    "  pop %rsi\n"
    "  pop %rdi\n"
    "  pop %rbp\n"
    "  lea 128(%rsp), %rsp\n"
    "  ret\n"
    ".text\n");

static int is_elf(const Elf64_Ehdr *head, long size) {
  return size >= (long)sizeof *head && *(const unsigned *)head == 0x464c457f && head->e_type == ET_DYN &&
         head->e_machine == EM_X86_64 && head->e_phentsize == sizeof(Elf64_Phdr) &&
         head->e_phoff < HEAD && head->e_phoff + head->e_phnum * sizeof(Elf64_Phdr) <= (word)size;
}

/* What else goes by the path of glibc's loader (musl's, or one that only complains) names no version of glibc. */
static int is_glibc(const char *head, long size) {
  for (long at = 0; at + 6 <= size; at++)
    if (head[at] == 'G' && head[at + 1] == 'L' && head[at + 2] == 'I' && head[at + 3] == 'B' && head[at + 4] == 'C' &&
        head[at + 5] == '_')
      return 1;
  return 0;
}

static int failed(word address) { return address > -(word)PAGE; }

static int protection(const Elf64_Phdr *segment) {
  return (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) |
         (segment->p_flags & PF_X ? PROT_EXEC : 0);
}

/* The address that stands for 0 in the file, or an error. */
static word map(long file, const Elf64_Ehdr *head) {
  const Elf64_Phdr *segments = (const void *)((const char *)head + head->e_phoff);
  word span = 0;
  for (int index = 0; index < head->e_phnum; index++)
    if (segments[index].p_type == PT_LOAD) span = page_end(segments[index].p_vaddr + segments[index].p_memsz);
  word base = call6(SYS_mmap, 0, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int index = 0; index < head->e_phnum && !failed(base); index++) {
    const Elf64_Phdr *segment = &segments[index];
    if (segment->p_type != PT_LOAD) continue;
    word skew = segment->p_vaddr % PAGE, start = base + segment->p_vaddr - skew;
    word file_end = base + segment->p_vaddr + segment->p_filesz, end = base + segment->p_vaddr + segment->p_memsz;
    word mapped = call6(SYS_mmap, start, segment->p_filesz + skew, protection(segment), MAP_PRIVATE | MAP_FIXED, file,
                        segment->p_offset - skew);
    if (failed(mapped)) return mapped;
    if (end == file_end) continue;
    for (char *zero = (char *)file_end; zero < (char *)page_end(file_end); zero++) *zero = 0;
    if (page_end(end) == page_end(file_end)) continue;
    mapped = call6(SYS_mmap, page_end(file_end), page_end(end) - page_end(file_end), protection(segment),
                   MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
    if (failed(mapped)) return mapped;
  }
  return base;
}

static _Noreturn void give_up(const char *text) {
  call3(SYS_write, 2, text, length(text));
  for (;;) call0(SYS_exit_group, 127);
}

/* The entry of the loader. The stack is as the kernel left it: argc, argv, the environment, and what the kernel tells. */
__attribute__((used)) word begin(word *stack) {
  word *told = stack + 1 + stack[0] + 1;
  while (*told) told++;
  told++;

  char head[HEAD];
  const Elf64_Ehdr *elf = (const void *)head;
  int whole = call3(SYS_access, "/proc/self/maps", 0, 0) == 0 && call3(SYS_access, "/dev/null", 0, 0) == 0;
  long file = whole ? open_at(AT_FDCWD, settings.loader, O_RDONLY | O_CLOEXEC, 0) : -ENOENT;
  long size = file < 0 ? 0 : call6(SYS_pread64, file, head, HEAD, 0, 0, 0);
  if (!is_elf(elf, size) || !is_glibc(head, size)) {
    if (file >= 0) call0(SYS_close, file);
    file = memory_file(settings.files[0].bytes, settings.files[0].size, O_CLOEXEC);
    size = file < 0 ? 0 : call6(SYS_pread64, file, head, HEAD, 0, 0, 0);
    if (!is_elf(elf, size))
      give_up("etcdctl: cannot start: this system has not all of glibc, /proc and /dev/null, and the kernel gives no file "
              "in memory (memfd_create) for the glibc that this program brings\n");
  }
  word base = map(file, elf);
  call0(SYS_close, file);
  if (failed(base)) give_up("etcdctl: cannot start: glibc's loader cannot be mapped; there is too little "
                            "memory (ulimit -v), or what is not on a disk may not be executed\n");

  settings.stack_end = page_end((word)told);
  for (; told[0] != AT_NULL; told += 2) {
    if (told[0] == AT_PHDR) told[1] = settings.headers;
    if (told[0] == AT_PHNUM) told[1] = settings.header_count;
    if (told[0] == AT_ENTRY) told[1] = settings.entry;
    if (told[0] == AT_BASE) told[1] = base;
    /* The name by which it was called is the first thing on the stack, with a word of zeros before it. */
    if (told[0] == AT_EXECFN) settings.stack_end = page_end(told[1] + length((const char *)told[1]) + 1 + sizeof(word));
  }
  return base + elf->e_entry;
}
