// SPDX-License-Identifier: Apache-2.0
// What Linux offers and Swift's Glibc module does not import.
//
// Unless a function says otherwise it returns 0 or a value from 0 up, and -errno where the kernel
// refused. None of them touches SIGCHLD, and every descriptor made here is close-on-exec from
// birth.
#pragma once
#include <stddef.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

// A timer as a descriptor that is readable once it has fired. `clock_id`: CLOCK_REALTIME, …
int clinux_timerfd_create(int clock_id);

// Arms the timer for one shot at `deadline_ns`, nanoseconds on the timer's own clock; a past
// deadline fires at once, 0 disarms. With `cancel_on_set` (CLOCK_REALTIME only) the timer also
// becomes readable when the clock is set, and then has to be armed anew.
int clinux_timerfd_arm(int fd, long long deadline_ns, int cancel_on_set);

// Takes the shot off the descriptor: 0 it fired, -ECANCELED the clock was set, -EAGAIN neither.
int clinux_timerfd_read(int fd);

// A pipe whose ends are close-on-exec; the end that is read does not block.
int clinux_pipe(int *read_end, int *write_end);

// How many bytes a read of this pipe would give now.
int clinux_readable_bytes(int fd);

// A file in memory with these bytes, to be read from its start; nobody can change it any more.
int clinux_memory_file(const void *_Nullable bytes, size_t length);

// Opens a path with these flags of open(2) and O_CLOEXEC.
int clinux_open(const char *path, int flags);

// The number of the file system that a path is on, as in the kernel's magic.h.
int clinux_file_system(const char *path, unsigned int *number);

// A set of descriptors to be watched for input, or for the end of what they stand for. The set is a
// descriptor itself, readable while one of them is. (On Linux, Dispatch's own read sources crash
// where descriptors hang up and are closed while others come, as pipes and pidfds do: issue 949 of
// swift-corelibs-libdispatch.)
int clinux_epoll_create(void);

// Watches `fd`; `token` is what clinux_epoll_take will call it.
int clinux_epoll_add(int epoll, int fd, unsigned long long token);

// The same, but only for a hang-up, which a pidfd reports once its process was reaped (Linux 6.9
// on).
int clinux_epoll_add_hangup(int epoll, int fd, unsigned long long token);

// Watches `fd` no more. To be called before it is closed.
int clinux_epoll_remove(int epoll, int fd);

// Writes the tokens of descriptors that are ready now, without waiting; how many.
int clinux_epoll_take(int epoll, unsigned long long *tokens, int capacity);

// The text of an errno, in English whatever the locale; never NULL, valid for ever.
const char *clinux_error_text(int number);

// A descriptor of a process, readable once it has ended.
int clinux_pidfd_open(pid_t pid);

// Sends a signal to the process behind the descriptor and to no other; 0 only asks whether it is
// there.
int clinux_pidfd_send_signal(int pidfd, int signal_number);

// Sends a signal to every process of a group. A group below 2 is refused with -EINVAL.
int clinux_kill_group(pid_t group, int signal_number);

// How a child ended.
struct clinux_exit {
  int code;           // what it passed to exit, where signal_number is 0
  int signal_number;  // what ended it, or 0
};

// Reaps the child behind a descriptor without waiting: 1 it has ended, 0 not yet. -ECHILD: it is
// not (or no longer) a child of this process.
int clinux_reap(int pidfd, struct clinux_exit *how);

// How the process behind a descriptor ended, whosever child it was, as the kernel remembers it
// once it was reaped (Linux 6.15 on): 1 it is known, 0 not yet. -errno where the kernel cannot say.
int clinux_pidfd_exit(int pidfd, struct clinux_exit *how);

// Who stands at the other end of a Unix socket, as it was at connect(2). Say by the door, never by
// this call, that a peer is local: on TCP it succeeds with pid 0 and uid 4294967295.
struct clinux_peer {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};
int clinux_peer_credentials(int socket, struct clinux_peer *peer);

// Name and home directory of a user, as C strings cut to the buffers' sizes: 1 found, 0 there is
// none. May ask the network, where the system's users come from there.
int clinux_account(uid_t uid, char *name, size_t name_size, char *home, size_t home_size);

// Whom a user's processes run as, and where their home is, by login name: 1 found, 0 there is none,
// -ENAMETOOLONG where the home directory does not fit. May ask the network as well.
int clinux_account_named(
    const char *name, uid_t *uid, gid_t *gid, char *home, size_t home_size);

// The groups of a user as initgroups(3) has them, `gid` among them: writes at most `capacity` and
// returns how many there are, which may be more.
int clinux_groups(const char *name, gid_t gid, gid_t *groups, int capacity);

// The process's own variables, `NAME=VALUE` each and a NULL behind them; NULL where it has none.
// Not to be read while another thread sets one.
char *_Nullable const *_Nullable clinux_environment(void);

// What a child is to be. The strings come beside it, in this order and each ended by a NUL: the
// working directory, `programs` paths that are tried in turn, `arguments`, `variables`.
struct clinux_plan {
  int programs;
  int arguments;
  int variables;
  int input;   // becomes descriptor 0
  int output;  // becomes descriptors 1 and 2
  mode_t file_mask;
  int sets_niceness;
  int niceness;
  int limits;  // how many of them
  int switches_user;
  uid_t uid;
  gid_t gid;
  int groups;  // how many of them
};

// What a child may use at most: both the soft and the hard limit.
struct clinux_limit {
  int resource;  // RLIMIT_CPU, …
  unsigned long long most;
};

// Where a start failed.
enum clinux_step {
  CLINUX_STEP_NONE = 0,
  CLINUX_STEP_PLAN,       // the strings do not fit the plan, or there is no memory for them
  CLINUX_STEP_CLONE,      // the kernel gave no process
  CLINUX_STEP_SIGNALS,    // signal dispositions or mask
  CLINUX_STEP_SESSION,    // setsid
  CLINUX_STEP_NICENESS,   // setpriority
  CLINUX_STEP_FILES,      // descriptors 0 to 2, or closing the others
  CLINUX_STEP_LIMITS,     // setrlimit
  CLINUX_STEP_GROUPS,     // setgroups
  CLINUX_STEP_GROUP,      // setresgid
  CLINUX_STEP_USER,       // setresuid
  CLINUX_STEP_VERIFY,     // it is not the user that it should be, or could go back
  CLINUX_STEP_DIRECTORY,  // chdir
  CLINUX_STEP_EXEC        // execve
};

// A started child, or why there is none.
struct clinux_child {
  pid_t pid;    // its process id, which is its session and process group
  int pidfd;    // close-on-exec; the caller's to close
  int step;     // enum clinux_step
  int index;    // which of the programs, or of the limits, the failure is of
};

// Starts a child in a session of its own with descriptors 0 to 2 and no others, every signal at its
// default, an empty signal mask. Returns when the program runs or could not be: the calling thread
// is held for 0.4 to 0.9 ms. No failed child is left behind, and the parent is not changed in any
// way but one: once a child was given another user, it dumps no core and cannot be traced but by
// root, which keeps that user out of the memory that the child shares until execve.
int clinux_spawn(
    const char *strings, size_t length, struct clinux_plan plan,
    const struct clinux_limit *_Nullable limits, const gid_t *_Nullable groups,
    struct clinux_child *child);

// Keeps the C library from giving every thread an arena of its own, each of which grows to what the
// largest task that ever ran on its thread took. To be called before there is a second thread.
void clinux_share_arenas(void);

// Gives free memory back to the system.
void clinux_return_memory(void);

#pragma clang assume_nonnull end
