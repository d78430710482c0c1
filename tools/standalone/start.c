/*
 * The first code of a standalone file for linux-x64, in the place of the kernel's
 * search for /lib64/ld-linux-x86-64.so.2. Where the system has glibc, /proc and
 * /dev/null it loads the system's loader, as the kernel would have. Anywhere else
 * it loads the one the file carries (carry.ts), whose calls of openat lead here,
 * so that the C library is found in the file too.
 *
 * It is compiled by compile-start.mjs and kept as start.hex, so
 * that a build needs no compiler. It has no libraries beneath it, may use no SSE
 * registers (the callers of the hooks rely on them), and must fit in one page.
 */
#include <elf.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

typedef unsigned long word;

enum { PAGE = 4096, HEAD = 2 * PAGE, MAX_FILES = 16, EINVAL = 22, ENOENT = 2 };

struct file {
  const char *name;
  const char *bytes;
  word size;
};

/* The page after the code, which the build fills in. The first file is the loader. */
struct settings {
  word entry;           /* where the program would have begun */
  word headers;         /* its program headers, as they were */
  word header_count;
  const char *loader;   /* the path it asks for */
  word file_count;
  struct file files[MAX_FILES];
  word stack_end;       /* filled in here */
};
extern struct settings settings __attribute__((visibility("hidden")));

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
    /* Called in the place of a syscall: all but rax, rcx and r11 stay as they were, and the red zone of the caller. */
    "hook:\n"
    "  lea -128(%rsp), %rsp\n"
    "  push %rbp\n"
    "  mov %rsp, %rbp\n"
    "  push %rdi\n"
    "  push %rsi\n"
    "  push %rdx\n"
    "  push %r8\n"
    "  push %r9\n"
    "  push %r10\n"
    "  mov %r10, %rcx\n"
    "  and $-16, %rsp\n"
    "  call *%rax\n"
    "  lea -48(%rbp), %rsp\n"
    "  pop %r10\n"
    "  pop %r9\n"
    "  pop %r8\n"
    "  pop %rdx\n"
    "  pop %rsi\n"
    "  pop %rdi\n"
    "  pop %rbp\n"
    "  lea 128(%rsp), %rsp\n"
    "  ret\n"
    ".text\n");

static long call(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
#define call0(number, a) call(number, (long)(a), 0, 0, 0, 0, 0)
#define call3(number, a, b, c) call(number, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define call6(number, a, b, c, d, e, f) call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static long open_at(long directory, const char *path, long flags, long mode) {
  return call(SYS_openat, directory, (long)path, flags, mode, 0, 0);
}

static word length(const char *text) {
  word count = 0;
  while (text[count]) count++;
  return count;
}

static int equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static word page_end(word address) { return (address + PAGE - 1) & -(word)PAGE; }

/* A file in memory, at its beginning, opened with these flags; or an error as the kernel has it. */
static long memory_file(const char *bytes, word size, long flags) {
  long closing = flags & O_CLOEXEC ? MFD_CLOEXEC : 0;
  /* Kernels before 6.3 do not know this flag, and some later ones insist on it. */
  long file = call3(SYS_memfd_create, "etcdctl", closing | MFD_NOEXEC_SEAL, 0);
  if (file == -EINVAL) file = call3(SYS_memfd_create, "etcdctl", closing, 0);
  if (file < 0) return file;
  for (word done = 0; done < size;) {
    long written = call3(SYS_write, file, bytes + done, size - done);
    if (written <= 0) {
      call0(SYS_close, file);
      return written < 0 ? written : -EINVAL;
    }
    done += written;
  }
  call3(SYS_lseek, file, 0, SEEK_SET);
  return file;
}

/* Opens for the loader: a library that is carried is the one of that name, wherever it is looked for first. */
__attribute__((used)) long open_library(long directory, const char *path, long flags, long mode) {
  const char *name = path;
  for (const char *at = path; *at; at++)
    if (*at == '/') name = at + 1;
  for (word index = 0; index < settings.file_count; index++) {
    struct file *file = &settings.files[index];
    if (equal(name, file->name)) return memory_file(file->bytes, file->size, flags);
  }
  return open_at(directory, path, flags, mode);
}

static char *write_hex(char *to, word number) {
  for (int shift = 60; shift >= 0; shift -= 4) *to++ = "0123456789abcdef"[number >> shift & 15];
  return to;
}

/*
 * What pthread_getattr_np has to find in /proc/self/maps: where the main thread's
 * stack ends. It takes it to begin as far below as the limit of its size says,
 * unless another mapping is in between: where there is no limit, 64 MB below.
 */
static long own_maps(long flags) {
  char lines[4 * 16 + 4], *to = lines;
  word begin = settings.stack_end - (64UL << 20);
  to = write_hex(to, begin - PAGE);
  *to++ = '-';
  to = write_hex(to, begin);
  *to++ = '\n';
  to = write_hex(to, begin);
  *to++ = '-';
  to = write_hex(to, settings.stack_end);
  *to++ = '\n';
  return memory_file(lines, to - lines, flags);
}

/*
 * Opens for the C library, and so for the runtime, which puts /dev/null in the
 * place of a standard stream that is closed or not wanted: nothing to read, and
 * room to write.
 */
__attribute__((used)) long open_file(long directory, const char *path, long flags, long mode) {
  long file = open_at(directory, path, flags, mode);
  if (file >= 0) return file;
  if (equal(path, "/proc/self/maps")) return own_maps(flags);
  if (equal(path, "/dev/null")) return memory_file("", 0, flags);
  return file;
}

static int is_elf(const Elf64_Ehdr *head, long size) {
  return size >= (long)sizeof *head && *(const unsigned *)head == 0x464c457f && head->e_type == ET_DYN &&
         head->e_machine == EM_X86_64 && head->e_phentsize == sizeof(Elf64_Phdr) &&
         head->e_phoff + head->e_phnum * sizeof(Elf64_Phdr) <= (word)size;
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
    if (!is_elf(elf, size)) give_up("etcdctl: this system has no glibc, and none can be made (memfd_create failed)\n");
  }
  word base = map(file, elf);
  call0(SYS_close, file);
  if (failed(base)) give_up("etcdctl: glibc's loader cannot be mapped: too little memory, or it may not be executed\n");

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
