// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler
import Support

/// The stores that have to pass one suite.
enum StoreKind: CaseIterable {
  case memory, sqlite
}

/// A store of one kind, and a way to come back to what it holds as the next daemon does.
final class StoreBench {
  private(set) var store: any Store
  private let folder: TemporaryFolder?

  init(_ kind: StoreKind) throws {
    switch kind {
    case .memory:
      store = MemoryStore()
      folder = nil
    case .sqlite:
      let folder = TemporaryFolder()
      store = try SQLiteStore(path: folder.path("beat.db"))
      self.folder = folder
    }
  }

  /// Closes and opens the store; one in memory just goes on.
  func reopen() throws {
    guard let folder, let open = store as? SQLiteStore else { return }
    open.close()
    store = try SQLiteStore(path: folder.path("beat.db"))
  }
}

extension TemporaryFolder {
  func write(_ bytes: [UInt8], to name: String) {
    let descriptor = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(descriptor) }
    precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func read(_ name: String) -> [UInt8]? {
    let descriptor = open(path(name), O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      guard count > 0 else { return bytes }
      bytes += block[..<count]
    }
  }

  func mode(_ name: String) -> mode_t? {
    var status = stat()
    return stat(path(name), &status) == 0 ? status.st_mode & 0o777 : nil
  }
}

extension Instant {
  /// A round instant of the tests: so many seconds after the first of January 2026.
  static func at(_ seconds: Int64) -> Instant {
    Instant(milliseconds: 1_767_225_600_000 + seconds * 1_000)
  }
}

extension Run {
  /// A run of the tests, as it is made.
  static func made(
    _ id: Int64, job: Int64 = 1, trigger: Trigger = .schedule, at seconds: Int64,
    state: RunState = .queued
  ) -> Run {
    Run(
      id: RunID(id), job: JobID(job), trigger: trigger, scheduledFor: .at(seconds),
      createdAt: .at(seconds), state: state)
  }

  /// The run with an attempt under way.
  func running(attempt number: Int = 1) -> Run {
    var run = self
    run.state = .running
    run.attempt = number
    run.startedAt = scheduledFor
    return run
  }

  /// The run with its attempt over.
  func ended(_ state: RunState = .completed) -> Run {
    var run = self
    run.state = state
    run.finishedAt = scheduledFor + .seconds(5)
    run.exitCode = state == .completed ? 0 : 1
    return run
  }
}
