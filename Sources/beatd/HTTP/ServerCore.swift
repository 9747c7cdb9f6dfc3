// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CLinux
import CMicroHTTPD
import Dispatch
import Glibc
import Synchronization

/// What libmicrohttpd's thread and the handlers' tasks share, under one lock.
final class ServerCore: Sendable {
  let limits: HTTPLimits
  private let handler: HTTPServer.Handler
  private let state = Mutex(State())
  private let deadlines = DispatchQueue(label: "beat.http.deadlines")

  private struct State {
    var lastNumber: UInt64 = 0
    var stopping = false
    /// Suspended connections, by exchange.
    var waiting: [UInt64: (connection: Connection, task: Task<Void, Never>)] = [:]
    /// Answers to be sent, by exchange.
    var answers: [UInt64: HTTPResponse] = [:]
    /// Exchanges begun and not completed.
    var open = 0
    /// A large answer was made: what it took is to be given back once it is sent.
    var hasWaste = false
    /// Called when no exchange is open.
    var whenQuiet: CheckedContinuation<Void, Never>?
    /// Open connections, by their address.
    var clients: [UInt: Client] = [:]
  }

  /// A connection, and the number of the deadline that it is under.
  private struct Client {
    let descriptor: Int32
    var deadline: UInt64?
  }

  /// A connection that is suspended.
  ///
  /// `@unchecked Sendable`: only looked at under the lock, while it is suspended, and then the one
  /// function called with it may be called from any thread.
  @safe private struct Connection: @unchecked Sendable {
    let pointer: OpaquePointer
  }

  init(limits: HTTPLimits, handler: @escaping HTTPServer.Handler) {
    self.limits = limits
    self.handler = handler
  }

  /// What to do with a request that is whole.
  enum Turn {
    /// Send this now.
    case answer(HTTPResponse)
    /// The connection sleeps until there is an answer.
    case sleep
  }

  // MARK: Requests

  /// A new exchange; counted as open until ``completed(_:)``.
  func makeExchange(target: String) -> Exchange {
    let number = state.withLock { state in
      state.lastNumber += 1
      state.open += 1
      return state.lastNumber
    }
    return Exchange(number: number, target: target, limits: limits)
  }

  /// Hands a whole request to the handler and suspends its connection.
  func ask(_ request: HTTPRequest, exchange number: UInt64, connection: OpaquePointer) -> Turn {
    let connection = unsafe Connection(pointer: connection)
    return state.withLock { state in
      guard !state.stopping else { return .answer(Self.stoppingAnswer) }
      unsafe MHD_suspend_connection(connection.pointer)
      let task = Task { [self] in finish(number, await handler(request)) }
      state.waiting[number] = (connection, task)
      return .sleep
    }
  }

  /// The answer to an exchange whose connection was woken.
  func takeAnswer(_ number: UInt64) -> HTTPResponse? {
    state.withLock { $0.answers.removeValue(forKey: number) }
  }

  /// The exchange is over, however it ended.
  func completed(_ number: UInt64) {
    let (quiet, hasWaste) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
      state.answers[number] = nil
      state.open -= 1
      guard state.open == 0 else { return (nil, false) }
      defer { (state.whenQuiet, state.hasWaste) = (nil, false) }
      return (state.whenQuiet, state.hasWaste)
    }
    quiet?.resume()
    if hasWaste { deadlines.async { clinux_return_memory() } }
  }

  private func finish(_ number: UInt64, _ response: HTTPResponse) {
    state.withLock { state in
      guard let (connection, _) = state.waiting.removeValue(forKey: number) else { return }
      state.answers[number] = response
      state.hasWaste = state.hasWaste || response.body.count >= Self.large
      unsafe MHD_resume_connection(connection.pointer)
    }
  }

  /// The bytes of an answer from which on memory is given back after it.
  private static let large = 256 * 1024

  // MARK: Stopping

  /// Answers every waiting exchange with 503, and every one that is still to come.
  func dismissAll() {
    state.withLock { state in
      state.stopping = true
      for (number, (connection, task)) in state.waiting {
        task.cancel()
        state.answers[number] = Self.stoppingAnswer
        unsafe MHD_resume_connection(connection.pointer)
      }
      state.waiting = [:]
    }
  }

  /// Returns when no exchange is open, or after `limit`.
  func untilQuiet(atMost limit: DispatchTimeInterval) async {
    await withCheckedContinuation { continuation in
      let isQuiet = state.withLock { state in
        guard state.open > 0 else { return true }
        state.whenQuiet = continuation
        return false
      }
      guard !isQuiet else { return continuation.resume() }
      deadlines.asyncAfter(deadline: .now() + limit) { self.giveUpWaiting() }
    }
  }

  private func giveUpWaiting() {
    let waiting = state.withLock { state in
      defer { state.whenQuiet = nil }
      return state.whenQuiet
    }
    waiting?.resume()
  }

  private static let stoppingAnswer = HTTPResponse(
    Problem(503, .state, "beatd is stopping", hint: "try again when it is back"))

  // MARK: Deadlines

  /// A connection opened: its first request must be whole in time.
  func connected(_ connection: UInt, descriptor: Int32) {
    state.withLock { $0.clients[connection] = Client(descriptor: descriptor) }
    startDeadline(of: connection, .milliseconds(limits.requestMilliseconds))
  }

  /// A connection's request is answered: the next one must be whole in time.
  func idle(_ connection: UInt) { startDeadline(of: connection, .seconds(limits.idleSeconds)) }

  /// A connection's request is whole.
  func endDeadline(of connection: UInt) {
    state.withLock { $0.clients[connection]?.deadline = nil }
  }

  /// A connection is about to be closed.
  func disconnected(_ connection: UInt) {
    state.withLock { _ = $0.clients.removeValue(forKey: connection) }
  }

  /// libmicrohttpd's own time limit is one of silence: a byte now and then would hold a connection
  /// for ever.
  private func startDeadline(of connection: UInt, _ limit: DispatchTimeInterval) {
    let number = state.withLock { state in
      state.lastNumber += 1
      state.clients[connection]?.deadline = state.lastNumber
      return state.lastNumber
    }
    deadlines.asyncAfter(deadline: .now() + limit) {
      self.state.withLock { state in
        guard let client = state.clients[connection], client.deadline == number else { return }
        _ = shutdown(client.descriptor, Int32(SHUT_RDWR))
      }
    }
  }
}
