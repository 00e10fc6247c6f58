// Starting programs so that nothing of them outlives the process that started them.
//
// The process forks a *keeper* once, while it is small. Asked over a socket, the keeper forks a *warden* for each program,
// and the warden starts the program as its own child:
//
//     loadgate ── keeper ─┬─ warden ── sh ─┬─ sleep
//                         └─ warden ── …   └─ …
//
// A warden does nothing but to follow one program. It is asked, and tells, over a *channel*: a socket whose other end only
// the process holds. Where that end is closed, by whatever ended the process, `kill -9` included, the warden kills the
// program with all that came of it. It has one thread, so the program's parent-death signal means the warden's death; and
// it is the reaper of the program's orphans (PR_SET_CHILD_SUBREAPER), so what left the group by setsid(2) is found, too.
//
// Why not from the process itself: a parent-death signal is sent when the *thread* ends that forked, it reaches no
// grandchild, a fork of a large process holds up those who are measuring, and Linux gives the orphans of a killed process
// to init. A control group would do, but is rarely writable where tests run.
//
// The keeper and its wardens call only what may be called after a fork of a process with threads (signal-safety(7)).
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What goes over a channel, each as one packet.
struct loadgate_channel_message {
    int32_t kind;
    int32_t value;
};

/// From the warden: the program was started; its process id, which is its group's and session's, too.
#define LOADGATE_CHILD_STARTED 1
/// The program could not be started: errno.
#define LOADGATE_CHILD_FAILED 2
/// The folder that it was to work in could not be entered: errno.
#define LOADGATE_CHILD_FOLDER 3
/// The program has ended: its status as waitpid(2) tells it. Stays to be read.
#define LOADGATE_CHILD_ENDED 4
/// To the warden: send the program this signal.
#define LOADGATE_CHILD_SIGNAL 5
/// Ask the program and all that came of it to end (SIGTERM), and kill what is left after so many milliseconds; 0: kill it
/// at once. The warden's end of the channel closes when nothing is left.
#define LOADGATE_CHILD_STOP 6
/// Follow the program no longer, once it has ended: what it started, such as a server that left its group, stays.
#define LOADGATE_CHILD_LEAVE 7

/// Forks the keeper. Returns the socket that it is asked over, or -errno.
int loadgate_keeper_start(void);

/// The two ends of a channel, which no started program inherits. Returns 0 or -errno.
int loadgate_channel(int ends[2]);

/// Asks the keeper for a warden, and gives it the warden's end of a channel, the request (see `loadgate_memory_file`), and
/// what become the program's standard input, output and errors. Returns 0 or -errno.
int loadgate_keeper_ask(int keeper, int channel, int request, int input, int output, int errors);

/// Sends a message over a channel. Returns 0 or -errno.
int loadgate_channel_send(int channel, int32_t kind, int32_t value);

/// The next message of a channel; `stays`: it is there the next time, too. Returns 1, 0 at the end of the channel, or
/// -errno (-EAGAIN: none yet).
int loadgate_channel_receive(int channel, struct loadgate_channel_message *message, _Bool stays);

/// A file in memory that holds these bytes and is read from its beginning. Returns its descriptor or -errno.
///
/// A request has three numbers of 32 bits, the count of arguments, of variables, and 0; then as many strings, each closed
/// by a zero byte: the folder to work in, the arguments, the variables as `NAME=value`.
int loadgate_memory_file(const void *bytes, size_t count);

/// Starts a program that outlives this process: in a session of its own, with SIGHUP, SIGINT and SIGTERM ignored, /dev/null as
/// its input and outputs, `socket` as its descriptor 3, and no other. It is a child of this process until this one ends. A
/// program that can't be started closes its end of the socket. Returns its process id or -errno.
pid_t loadgate_start_apart(const char *path, char *const arguments[], int socket);
