// Starting a command whose output is read.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// <spawn.h> has it with _GNU_SOURCE only (posix_spawnattr_setflags(3)).
#define LOADGATE_SPAWN_SETSID 0x80

/// A pipe whose ends no started program inherits; reading it doesn't wait. Returns 0 or -errno.
static inline int loadgate_output_pipe(int *reading, int *writing) {
    int ends[2];
    if (syscall(SYS_pipe2, ends, O_CLOEXEC) < 0) return -errno;
    // Only this end: a program may take a descriptor that doesn't wait for a broken one.
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

/// Starts `arguments[0]`, looked for on the path, in a session of its own: its process group has its id, and without a
/// terminal no password is asked for. Standard input is /dev/null. Returns the process id or -errno.
static inline pid_t loadgate_start_command(
    const char *const *arguments, const char *const *environment, int output, int errors) {
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
    error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, errors, 2);
    if (!error)
        error = posix_spawnp(
            &process, arguments[0], &actions, &attributes, (char *const *)arguments, (char *const *)environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : process;
}

/// A descriptor that becomes readable once something is written to it (eventfd(2)). Returns it or -errno.
static inline int loadgate_event_descriptor(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}
