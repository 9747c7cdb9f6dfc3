// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// A daemon that can be asked.
protocol Daemon: AnyObject {
  /// Sends a request and returns the body of its answer.
  ///
  /// - Throws: ``Failure`` where the daemon is not to be reached; `Problem` where it objects.
  func send(_ method: String, _ target: String, body: [UInt8]?) throws -> [UInt8]
}

extension Daemon {
  /// The bytes of an answer.
  func ask(
    _ route: APIRoute, _ parameters: [String] = [], query: [(String, String)] = []
  ) throws -> [UInt8] {
    try send(route.method, route.target(parameters, query: query), body: nil)
  }

  /// The bytes of an answer to a message.
  func tell(
    _ route: APIRoute, _ parameters: [String] = [], _ message: some Encodable
  ) throws -> [UInt8] {
    try send(route.method, route.target(parameters), body: try APICoder.encode(message))
  }
}
