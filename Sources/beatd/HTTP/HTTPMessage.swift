// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// A request as a handler sees it: whole, within limits, decoded.
struct HTTPRequest: Sendable {
  /// The method, as in `GET`.
  let method: String
  /// The path and query.
  let target: RequestTarget
  /// The body; JSON by its content type where it is not empty.
  let body: [UInt8]
  /// Who asks; the door decides it.
  let peer: Peer
  /// The path's parameters, in order; filled in by the router.
  var parameters: [String] = []
}

/// Who stands at the other end of a connection.
enum Peer: Hashable, Sendable {
  /// A process on this machine, as the kernel saw it when it connected.
  case local(pid: Int32, uid: UInt32, gid: UInt32)
}

/// An answer.
struct HTTPResponse: Sendable {
  /// The status.
  let status: Int
  /// The body's media type.
  let contentType: String
  /// Headers besides the content type and length.
  var headers: [(name: String, value: String)] = []
  /// The body.
  let body: [UInt8]

  /// An answer of these parts.
  init(status: Int, contentType: String, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  /// A message as JSON; 500 where it holds what JSON cannot.
  init(_ message: some Encodable, status: Int = 200) {
    do {
      self.init(
        status: status, contentType: "application/json", body: try APICoder.encode(message))
    } catch {
      self.init(Problem(500, .state, "the answer cannot be written as JSON"))
    }
  }

  /// A problem.
  init(_ problem: Problem) {
    let body = (try? APICoder.encode(problem)) ?? []
    self.init(status: problem.status, contentType: Problem.mediaType, body: body)
  }
}

/// What one door allows.
struct HTTPLimits: Sendable {
  /// Connections at once; more are closed as they come.
  var connections = 64
  /// Header fields in a request.
  var headerFields = 64
  /// Bytes in a request's body.
  var bodyBytes = 64 * 1024
  /// Bytes of memory a connection, which bounds the request line and headers.
  var connectionMemory = 32 * 1024
  /// Seconds of silence after which a connection is closed.
  var idleSeconds = 30
  /// Milliseconds within which a request must have come in whole.
  var requestMilliseconds = 10_000
}
