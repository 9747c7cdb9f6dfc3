// SPDX-License-Identifier: Apache-2.0

import Support
import CSQLite
import CronParser
import Glibc
import Synchronization

@testable import Scheduler

/// A database of a user's, in a folder of its own.
final class TestDatabase: Sendable {
  private let folder: TemporaryFolder
  let path: String

  init(_ sql: String...) throws {
    folder = TemporaryFolder()
    path = "\(folder.path)/app.db"
    for text in sql { try run(text) }
  }

  struct Refused: Error { let message: String }

  /// Runs statements, each row's columns joined by `|`.
  @discardableResult
  func run(_ sql: String) throws -> [String] {
    var handle: OpaquePointer?
    guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Refused(message: "open") }
    defer { sqlite3_close(handle) }
    sqlite3_busy_timeout(handle, 10_000)
    let rows = Rows()
    let context = Unmanaged.passUnretained(rows).toOpaque()
    let result = sqlite3_exec(
      handle, sql,
      { context, count, values, _ in
        let rows = Unmanaged<Rows>.fromOpaque(context!).takeUnretainedValue()
        let columns = (0..<Int(count)).map { index in
          values![index].map { String(cString: $0) } ?? "NULL"
        }
        rows.lines.append(columns.joined(separator: "|"))
        return 0
      }, context, nil)
    guard result == SQLITE_OK else {
      throw Refused(message: String(cString: sqlite3_errmsg(handle)))
    }
    return rows.lines
  }

  private final class Rows { var lines: [String] = [] }
}

/// The context of an attempt with this payload.
func handlerContext(
  _ payload: String, at instant: Instant = Instant(milliseconds: 1_800_000_000_000),
  zone: Zone = .utc, log: @escaping @Sendable (String) -> Void = { _ in }
) -> HandlerContext {
  HandlerContext(
    job: JobName("a-job")!, runID: "t-1", attempt: 1, scheduledFor: instant, trigger: .schedule,
    zone: zone, payload: payload, log: log)
}

/// Runs a shipped handler as the executor does.
func runShipped(
  _ name: String, _ payload: String, at instant: Instant = Instant(milliseconds: 1_800_000_000_000),
  zone: Zone = .utc
) async throws -> String? {
  let handler = ShippedHandlers.all[name]!
  return try await handler(handlerContext(payload, at: instant, zone: zone))
}

/// The message of the permanent error that a shipped handler throws.
func permanentError(_ name: String, _ payload: String) async -> String {
  do {
    return "returned \(try await runShipped(name, payload) ?? "nil")"
  } catch HandlerError.permanent(let message) {
    return message
  } catch {
    return "not permanent: \(error)"
  }
}
