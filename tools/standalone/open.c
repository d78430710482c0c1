/*
 * How files are opened where the carried C library is used: these take the place
 * of the system call openat in it and its loader (hooks.ts).
 */
#include "start.h"
#include <linux/memfd.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

long memory_file(const char *bytes, word size, long flags) {
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
long open_library(long directory, const char *path, long flags, long mode) {
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
long open_file(long directory, const char *path, long flags, long mode) {
  long file = open_at(directory, path, flags, mode);
  if (file >= 0) return file;
  if (equal(path, "/proc/self/maps")) return own_maps(flags);
  if (equal(path, "/dev/null")) return memory_file("", 0, flags);
  return file;
}
