/*
 * Preloaded, this makes a process see an x86 CPU with AVX2 and nothing newer: CPUID is trapped (arch_prctl(2), ARCH_SET_CPUID)
 * and answered without AVX-512, AMX and VNNI, so that libraries pick the kernels for such a CPU, which run at full speed.
 *
 *     cc -shared -fPIC -O1 -o without-vnni.so without-vnni.c && LD_PRELOAD=./without-vnni.so node ...
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define ARCH_SET_CPUID 0x1012
/* Of leaf 7 (Intel SDM, volume 2A, CPUID): what AVX-512 and AMX have bits for, with VNNI among them. */
#define LEAF_7_EBX (1u << 16 | 1u << 17 | 1u << 21 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 30 | 1u << 31)
#define LEAF_7_ECX (1u << 1 | 1u << 6 | 1u << 11 | 1u << 12 | 1u << 14)
#define LEAF_7_EDX (1u << 2 | 1u << 3 | 1u << 8 | 1u << 22 | 1u << 23 | 1u << 24 | 1u << 25)

static int (*set_action)(int, const struct sigaction *, struct sigaction *);
/* The handler of the program itself: V8 has one for WebAssembly's bounds. */
static struct sigaction theirs;

static void answer(greg_t *registers) {
  unsigned leaf = registers[REG_RAX], subleaf = registers[REG_RCX], a, b, c, d;
  syscall(SYS_arch_prctl, ARCH_SET_CPUID, 1);
  __cpuid_count(leaf, subleaf, a, b, c, d);
  syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0);
  if (leaf == 7 && subleaf == 0) {
    b &= ~LEAF_7_EBX;
    c &= ~LEAF_7_ECX;
    d &= ~LEAF_7_EDX;
  } else if (leaf == 7) {
    a = b = c = d = 0; /* AVX-VNNI and what came after it */
  }
  registers[REG_RAX] = a;
  registers[REG_RBX] = b;
  registers[REG_RCX] = c;
  registers[REG_RDX] = d;
  registers[REG_RIP] += 2;
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  if (info->si_code == SI_KERNEL && memcmp((void *)registers[REG_RIP], "\x0f\xa2", 2) == 0) {
    answer(registers);
  } else if (theirs.sa_flags & SA_SIGINFO) {
    theirs.sa_sigaction(signal, info, context);
  } else {
    struct sigaction plain = {.sa_handler = SIG_DFL};
    set_action(SIGSEGV, &plain, NULL);
  }
}

int sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  if (!set_action) set_action = dlsym(RTLD_NEXT, "sigaction");
  if (signal != SIGSEGV) return set_action(signal, action, old);
  if (old) *old = theirs;
  if (action) theirs = *action;
  return 0;
}

__attribute__((constructor)) static void trap(void) {
  struct sigaction own = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
  set_action = dlsym(RTLD_NEXT, "sigaction");
  set_action(SIGSEGV, &own, NULL);
  if (syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0) != 0) {
    perror("this CPU or kernel cannot trap CPUID");
    _exit(1);
  }
}
