// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc

/// The signals that beatd obeys, as a stream.
///
/// `@unchecked Sendable`: the sources are made once and only cancelled afterwards, which may be
/// done from any thread.
final class SignalStream: @unchecked Sendable {
  enum Request: Sendable {
    /// End when what runs has ended.
    case end
    /// Read the schedule files again.
    case reload
  }

  let requests: AsyncStream<Request>
  private let continuation: AsyncStream<Request>.Continuation
  private let sources: [any DispatchSourceSignal]

  /// Takes the signals over from their default effects.
  ///
  /// SIGPIPE is ignored from now on: a peer that goes away is an error of its write.
  init() {
    let queue = DispatchQueue(label: "beat.signals")
    let (stream, continuation) = AsyncStream.makeStream(of: Request.self)
    requests = stream
    self.continuation = continuation
    signal(SIGPIPE, SIG_IGN)
    let table: [(Int32, Request)] = [(SIGTERM, .end), (SIGINT, .end), (SIGHUP, .reload)]
    sources = table.map { number, request in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { continuation.yield(request) }
      source.activate()
      return source
    }
  }

  /// Ends the stream.
  func finish() {
    for source in sources { source.cancel() }
    continuation.finish()
  }
}
