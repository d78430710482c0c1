/* What start.c and open.c share: the page of settings, system calls, and a few words about text. */
#include <fcntl.h>
#include <sys/syscall.h>

typedef unsigned long word;

enum { PAGE = 4096, MAX_FILES = 16, ENOENT = 2, EINVAL = 22 };

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

/* A file in memory, at its beginning, opened with these flags; or an error as the kernel has it. */
long memory_file(const char *bytes, word size, long flags);

static inline long call(long number, long a, long b, long c, long d, long e, long f) {
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

static inline long open_at(long directory, const char *path, long flags, long mode) {
  return call(SYS_openat, directory, (long)path, flags, mode, 0, 0);
}

static inline word length(const char *text) {
  word count = 0;
  while (text[count]) count++;
  return count;
}

static inline int equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static inline word page_end(word address) { return (address + PAGE - 1) & -(word)PAGE; }
