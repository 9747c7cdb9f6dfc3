// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Support
import Testing

@testable import Scheduler

/// Copies of a state file that is in use.
@Suite(.timeLimit(.minutes(1))) struct CopyTests {
  private let folder = TemporaryFolder()

  private func scheduler() async throws -> JobScheduler {
    let scheduler = try JobScheduler(
      store: try SQLiteStore(path: folder.path("beat.db")), limits: .init(processes: 1),
      boot: .init(key: "boot", isRecent: false),
      makeExecutor: { LocalExecutor(handlers: ["t": { _ in nil }], sink: $0) },
      observer: { _, _ in }, reportTrouble: { _ in })
    let job = Job.of("j", .manual, work: .task(name: "t", payload: "{}"))
    try await scheduler.start(JobSet(jobs: [job]))
    return scheduler
  }

  private func run(_ scheduler: JobScheduler) async throws {
    let reply = await scheduler.perform(.trigger(named("j"), payload: nil, force: true))
    guard case .run(let id) = reply else { return }
    await scheduler.waitForEnd(of: id, patience: .seconds(20))
  }

  private func finished(_ scheduler: JobScheduler) async throws -> JobScheduler.Backup {
    while true {
      let backup = try #require(await scheduler.backupState(patience: .seconds(20)))
      if backup.isOver { return backup }
    }
  }

  private var names: [String] {
    guard let folder = opendir(folder.path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names
  }

  @Test func `a copy is whole, private, and a state file of its own`() async throws {
    let scheduler = try await scheduler()
    try await run(scheduler)
    let path = folder.path("copy.db")
    try await scheduler.beginBackup(to: path)
    try await run(scheduler)
    let backup = try await finished(scheduler)
    guard case .done = backup.phase else {
      Issue.record("\(backup)")
      return
    }
    #expect(backup.done == backup.total)
    #expect(backup.bytes > 0)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o600)
    #expect(!names.contains { $0.hasPrefix("copy.db.") || $0.hasPrefix("copy.db-") })
    let copy = try SQLiteStore(path: path)
    #expect(try copy.load().jobs.map(\.name) == [named("j")])
    #expect(try copy.history(HistoryQuery()).count >= 1)
    try await run(scheduler)
  }

  @Test func `a file that is there is left alone, unless it is to be replaced`() async throws {
    let scheduler = try await scheduler()
    let path = folder.path("copy.db")
    let file = try #require(fopen(path, "w"))
    fputs("mine", file)
    fclose(file)
    let error = await #expect(throws: StoreError.self) {
      try await scheduler.beginBackup(to: path)
    }
    #expect(error?.message.contains("--force") == true)
    try await scheduler.beginBackup(to: path, replacing: true)
    _ = try await finished(scheduler)
    #expect(try SQLiteStore(path: path).load().jobs.count == 1)
  }

  @Test func `the state file and what lies beside it are never replaced`() async throws {
    let scheduler = try await scheduler()
    for name in ["beat.db", "beat.db-wal", "beat.db.lock"] {
      await #expect(throws: StoreError.self) {
        try await scheduler.beginBackup(to: folder.path(name), replacing: true)
      }
    }
    for path in ["relative", "/", folder.path, folder.path("none/copy.db")] {
      await #expect(throws: StoreError.self) {
        try await scheduler.beginBackup(to: path, replacing: true)
      }
    }
    try await run(scheduler)
  }

  @Test func `a store in memory has nothing to copy`() async throws {
    let bench = SchedulerBench()
    let scheduler = try bench.scheduler()
    await #expect(throws: StoreError.self) {
      try await scheduler.beginBackup(to: folder.path("copy.db"))
    }
    #expect(await scheduler.backupState(patience: .zero) == nil)
  }
}
