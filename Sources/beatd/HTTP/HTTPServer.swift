// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CMicroHTTPD
import Dispatch
import Synchronization

/// The HTTP server behind the control socket: libmicrohttpd on a thread of its own.
///
/// A client, however slow or hostile, holds that thread's attention and one of ``HTTPLimits``
/// connections, and nothing else: a request is handed on when it is whole, and its connection
/// sleeps until the answer is there.
///
/// Invariants:
/// 1. A connection is suspended exactly while it stands in `State.waiting`, and both change under
///    one lock: libmicrohttpd aborts the process when it is stopped with a suspended connection.
/// 2. An ``Exchange`` lives from its first line to the notice of its completion.
/// 3. A descriptor stands in `State.clients` only while libmicrohttpd has it open.
final class HTTPServer: Sendable {
  /// Answers a request; called on Swift's own threads, cancelled when the server stops.
  typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

  private let socket: ControlSocket
  private let core: ServerCore
  private let daemon: Daemon

  /// Serves a socket from now on.
  ///
  /// - Throws: ``HTTPServerError`` where the server cannot be started.
  init(
    at socket: consuming ControlSocket, limits: HTTPLimits = HTTPLimits(),
    handler: @escaping Handler
  ) throws(HTTPServerError) {
    core = ServerCore(limits: limits, handler: handler)
    daemon = try Daemon(listening: socket.descriptor, core: core)
    self.socket = socket
  }

  /// Ends the server; the socket file is gone afterwards.
  ///
  /// It takes nothing new, answers what waits with 503, gives answers under way a second to leave,
  /// and ends its thread.
  func stop() async {
    daemon.takeNothingNew()
    socket.removeFile()
    core.dismissAll()
    await core.untilQuiet(atMost: .seconds(1))
    await daemon.end()
  }
}

/// The server could not be started.
struct HTTPServerError: Error, CustomStringConvertible, Hashable, Sendable {
  /// What, and what to do.
  let description = "the HTTP server could not be started: is the limit on open files too low?"
}

/// libmicrohttpd's daemon.
///
/// `@unchecked Sendable`: the pointer never changes, and the library lets any thread call the
/// functions used here; `end` is called once, by ``HTTPServer/stop()``.
@safe private final class Daemon: @unchecked Sendable {
  private let pointer: OpaquePointer
  private let core: Unmanaged<ServerCore>

  init(listening descriptor: Int32, core: ServerCore) throws(HTTPServerError) {
    let limits = cmhd_limits(
      connections: UInt32(core.limits.connections),
      idle_seconds: UInt32(core.limits.idleSeconds),
      connection_memory: core.limits.connectionMemory)
    let retained = unsafe Unmanaged.passRetained(core)
    let started = unsafe cmhd_start(
      descriptor, limits, retained.toOpaque(), Callbacks.handle, Callbacks.begin,
      Callbacks.complete, Callbacks.notice)
    guard let pointer = unsafe started else {
      unsafe retained.release()
      throw HTTPServerError()
    }
    unsafe self.pointer = pointer
    unsafe self.core = retained
  }

  func takeNothingNew() { _ = unsafe MHD_quiesce_daemon(pointer) }

  /// Waits for the library's thread, on a thread that may wait.
  func end() async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        unsafe MHD_stop_daemon(self.pointer)
        unsafe self.core.release()
        continuation.resume()
      }
    }
  }
}
