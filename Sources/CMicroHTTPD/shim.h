// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <microhttpd.h>
#include <sys/socket.h>

// What one door allows: everything a client could otherwise have without end.
struct cmhd_limits {
  unsigned int connections;
  unsigned int idle_seconds;
  size_t connection_memory;
};

// Called with the request's target as it came, before anything else is known of the request; what
// it answers is the request's context in the other callbacks.
typedef void *_Nullable (*cmhd_begun)(
    void *_Nullable context, const char *_Nonnull target,
    struct MHD_Connection *_Nonnull connection);

// MHD_start_daemon is variadic, which Swift does not import. One thread with epoll; the listening
// socket is the caller's. NULL where the daemon could not be started.
static inline struct MHD_Daemon *_Nullable cmhd_start(
    int listening, struct cmhd_limits limits, void *_Nonnull context,
    MHD_AccessHandlerCallback _Nonnull handler, cmhd_begun _Nonnull begun,
    MHD_RequestCompletedCallback _Nonnull completed,
    MHD_NotifyConnectionCallback _Nonnull connected) {
  return MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
      handler, context, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT,
      limits.connections, MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.connection_memory, MHD_OPTION_STRICT_FOR_CLIENT,
      1, MHD_OPTION_URI_LOG_CALLBACK, begun, context, MHD_OPTION_NOTIFY_COMPLETED, completed,
      context, MHD_OPTION_NOTIFY_CONNECTION, connected, context, MHD_OPTION_END);
}

// A connection's socket, or -1.
static inline int cmhd_socket(struct MHD_Connection *_Nonnull connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

// The kernel's struct ucred, which the C library shows to GNU sources only.
struct cmhd_peer {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

// Who connected to this end of a Unix socket. 0 on success, -1 otherwise. On a TCP socket it
// succeeds and means nothing: the caller must know which door it stands at.
static inline int cmhd_peer_credentials(
    struct MHD_Connection *_Nonnull connection, struct cmhd_peer *_Nonnull peer) {
  socklen_t length = sizeof(*peer);
  return getsockopt(cmhd_socket(connection), SOL_SOCKET, SO_PEERCRED, peer, &length);
}
