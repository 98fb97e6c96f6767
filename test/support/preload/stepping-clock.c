/**
 * A clock that somebody keeps setting: the time of day jumps by an hour forwards or backwards ten times a second. With
 * CLOCK_STARTS_AT (seconds since 1970) it does not jump, but starts there in every process. Clocks that only run forwards are
 * left alone.
 *
 *     cc -shared -fPIC -O1 -o stepping-clock.so stepping-clock.c && LD_PRELOAD=./stepping-clock.so node ...
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*real_clock_gettime)(clockid_t, struct timespec *);

static void step(struct timespec *time) {
  static long offset;
  const char *start = getenv("CLOCK_STARTS_AT");
  if (start) {
    if (!offset) offset = atol(start) - time->tv_sec;
    time->tv_sec += offset;
    return;
  }
  long tenth = time->tv_nsec / 100000000;
  time->tv_sec += 3600 * ((tenth * 7 % 5) - 2);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (!real_clock_gettime) real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real_clock_gettime(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) step(time);
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t *seconds) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (seconds) *seconds = now.tv_sec;
  return now.tv_sec;
}
