// Starting a command whose output is read.
#pragma once
#include "shim.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// <spawn.h> has it with _GNU_SOURCE only (posix_spawnattr_setflags(3)).
#define LOADGATE_SPAWN_SETSID 0x80

// <spawn.h> declares it with _GNU_SOURCE only, which shim.h says not to define; glibc has had it since 2.29.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);

/// A pipe whose ends no started program inherits. Where it `waits`, reading it does. Returns 0 or -errno.
static inline int loadgate_output_pipe(int *reading, int *writing, _Bool waits) {
    int ends[2];
    if (syscall(SYS_pipe2, ends, O_CLOEXEC) < 0) return -errno;
    // Only this end: a program may take a descriptor that doesn't wait for a broken one.
    if (!waits) fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

/// Starts `arguments[0]`, looked for on the path, in a session of its own: its process group has its id, and without a
/// terminal no password is asked for. It works in `folder`, or where this process does if that is NULL. Its standard
/// input is `input`, or /dev/null if that is negative. Signals that the calling thread blocks are not blocked in it: a
/// program may wait for one that it sends to its own children. Returns the process id or -errno.
static inline pid_t loadgate_start_command(
    const char *const *arguments, const char *const *environment, const char *folder, int input, int output,
    int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return -error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return -error;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | LOADGATE_SPAWN_SETSID);
    pid_t process = 0;
    error = input < 0 ? posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
                      : posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, errors, 2);
    if (!error && folder) error = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (!error)
        error = posix_spawnp(
            &process, arguments[0], &actions, &attributes, (char *const *)arguments, (char *const *)environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : process;
}

/// Kills what is left of a started command and all in its process group, and waits for its end, so many milliseconds at
/// most. `watch` is its process descriptor, or negative. Returns 1 and its status as waitpid(2) tells it, or 0.
static inline int loadgate_end_command(pid_t process, int watch, int milliseconds, int *status) {
    // Until it is waited for, nothing else can have its id.
    kill(-process, SIGKILL);
    int64_t deadline = loadgate_monotonic() + milliseconds * (int64_t)1000000;
    while (1) {
        pid_t ended = waitpid(process, status, WNOHANG);
        if (ended == process) return 1;
        if ((ended < 0 && errno != EINTR) || loadgate_monotonic() >= deadline) return 0;
        struct pollfd request = {.fd = watch, .events = POLLIN};
        poll(&request, 1, watch < 0 ? 1 : 100);
    }
}

/// A descriptor that becomes readable once something is written to it (eventfd(2)). Returns it or -errno.
static inline int loadgate_event_descriptor(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}
