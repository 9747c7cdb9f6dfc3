// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import beatd

/// A folder of its own that goes away with the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/beatd-tests-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  var socket: String { path + "/beatd.sock" }

  func write(_ name: String, _ text: String) {
    guard let file = fopen(path + "/" + name, "w") else { return }
    fputs(text, file)
    fclose(file)
  }

  deinit {
    for name in ["beatd.sock", "deep/beatd.sock", "deep", "file"] { remove(path + "/" + name) }
    rmdir(path)
  }
}

/// Runs a server for the length of a test.
func withServer(
  limits: HTTPLimits = HTTPLimits(), handler: @escaping HTTPServer.Handler,
  _ body: (String) async throws -> Void
) async throws {
  let folder = try Folder()
  let server = try HTTPServer(
    at: try ControlSocket(path: folder.socket), limits: limits, handler: handler)
  let result: Result<Void, any Error>
  do {
    result = .success(try await body(folder.socket))
  } catch {
    result = .failure(error)
  }
  await server.stop()
  try result.get()
}

/// Says what arrived.
let echo: HTTPServer.Handler = { request in
  let query = request.target.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  let line =
    "\(request.method) [\(request.target.segments.joined(separator: "|"))] "
    + "[\(query.joined(separator: "|"))] \(request.body.count)"
  return HTTPResponse(status: 200, contentType: "text/plain", body: Array(line.utf8))
}
