// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Support
import Testing

@testable import Scheduler

/// What may befall the files of a store: rows F06, F07, F12 to F15 and F20 of the catalogue of
/// faults in docs/TESTING.md.
@Suite struct StoreFaultTests {
  let folder = TemporaryFolder()
  var path: String { folder.path("beat.db") }

  /// A store with one run a batch, open, its log not written back.
  private func filled(_ path: String, batches: Int64) throws -> SQLiteStore {
    let store = try SQLiteStore(path: path)
    for batch in Int64(1)...batches {
      try store.commit([.runMade(.made(batch, at: batch))], batch: batch)
    }
    return store
  }

  @Test func `F06: a copy of file and log at any commit holds all that was committed`() throws {
    let store = try SQLiteStore(path: path)
    var random = SeededGenerator(seed: 6)
    for batch in Int64(1)...40 {
      try store.commit([.runMade(.made(batch, at: batch))], batch: batch)
      if random.chance(10) { try store.connection().execute("PRAGMA wal_checkpoint") }
      guard random.chance(25) else { continue }
      folder.write(try #require(folder.read("beat.db")), to: "copy.db")
      folder.write(try #require(folder.read("beat.db-wal")), to: "copy.db-wal")
      let copy = try SQLiteStore(path: folder.path("copy.db"))
      #expect(try copy.newestBatch() == batch)
      #expect(try copy.load().nextRun == batch + 1)
    }
  }

  /// Every length of the last two batches' part of the log.
  @Test func `F07: a log that is cut at any byte drops a batch whole or not at all`() throws {
    let store = try filled(path, batches: 3)
    let file = try #require(folder.read("beat.db"))
    let before = try #require(folder.read("beat.db-wal")).count
    try store.commit([.runMade(.made(4, at: 4))], batch: 4)
    let log = try #require(folder.read("beat.db-wal"))
    var random = SeededGenerator(seed: 7)
    var lengths = (0..<60).map { _ in Int.random(in: before...log.count, using: &random) }
    lengths += [before, before + 1, log.count - 1, log.count]
    for length in lengths {
      folder.write(file, to: "copy.db")
      folder.write(Array(log.prefix(length)), to: "copy.db-wal")
      let copy = try SQLiteStore(path: folder.path("copy.db"))
      #expect(try copy.newestBatch() == (length == log.count ? 4 : 3), "cut at \(length)")
      #expect(try copy.connection().text("PRAGMA quick_check") == "ok")
    }
  }

  @Test func `F13: a file that is cut short while in use is noticed at the next commit`() throws {
    let store = try filled(path, batches: 3)
    try store.connection().execute("PRAGMA wal_checkpoint")
    try store.commit([], batch: 4)
    truncate(path, 4_096)
    let error = #expect(throws: StoreError.self) { try store.commit([], batch: 5) }
    #expect(error?.code == .corrupt)
    #expect(error?.message.contains("cut short") == true)
  }

  @Test func `F13: a file of zeros is refused, and stays one`() throws {
    do { _ = try filled(path, batches: 3) }
    let zeros = [UInt8](repeating: 0, count: try #require(folder.read("beat.db")).count)
    folder.write(zeros, to: "beat.db")
    let error = #expect(throws: StoreError.self) { try SQLiteStore(path: path) }
    #expect(error?.code == .notOurs)
    #expect(folder.read("beat.db") == zeros)
  }

  @Test func `F14: a log that is removed while in use loses nothing`() throws {
    let store = try filled(path, batches: 3)
    unlink(path + "-wal")
    let error = #expect(throws: StoreError.self) { try store.commit([], batch: 4) }
    #expect(error?.code == .unknown)
    try store.commit([.runMade(.made(4, at: 4))], batch: 4)
    folder.write(try #require(folder.read("beat.db")), to: "copy.db")
    folder.write(try #require(folder.read("beat.db-wal")), to: "copy.db-wal")
    #expect(try SQLiteStore(path: folder.path("copy.db")).load().nextRun == 5)
  }

  @Test func `F14: a file put back beside the log of another is refused, and both are left`() throws
  {
    let store = try filled(path, batches: 3)
    let other = try filled(folder.path("other.db"), batches: 5)
    let old = try #require(folder.read("beat.db"))
    let oldLog = try #require(folder.read("beat.db-wal"))
    try store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for batch in Int64(4)...6 {
      try store.commit([.runMade(.made(batch, at: batch))], batch: batch)
    }
    let newLog = try #require(folder.read("beat.db-wal"))
    try store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let new = try #require(folder.read("beat.db"))
    try other.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    try other.commit([], batch: 6)
    let otherLog = try #require(folder.read("other.db-wal"))
    for (file, log, why) in [
      (new, otherLog, "another state file"), (new, oldLog, "older than the file"),
    ] {
      folder.write(file, to: "copy.db")
      folder.write(log, to: "copy.db-wal")
      let error = #expect(throws: StoreError.self) {
        try SQLiteStore(path: folder.path("copy.db"))
      }
      #expect(error?.code == .corrupt && error?.message.contains(why) == true, "\(why): \(error!)")
      #expect(folder.read("copy.db") == file && folder.read("copy.db-wal") == log)
    }
    // A file that is older than its log, but not so old that something is missing between them.
    folder.write(new, to: "copy.db")
    folder.write(newLog, to: "copy.db-wal")
    #expect(try SQLiteStore(path: folder.path("copy.db")).newestBatch() == 6)
    _ = old
  }

  @Test func `F14: a file that lacks what its log builds on is refused`() throws {
    let store = try filled(path, batches: 3)
    try store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let old = try #require(folder.read("beat.db"))
    for batch in Int64(4)...9 {
      if batch == 7 { try store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)") }
      try store.commit([.runMade(.made(batch, at: batch))], batch: batch)
    }
    folder.write(old, to: "copy.db")
    folder.write(try #require(folder.read("beat.db-wal")), to: "copy.db-wal")
    let error = #expect(throws: StoreError.self) { try SQLiteStore(path: folder.path("copy.db")) }
    #expect(error?.message.contains("the file is older than the log") == true)
  }

  /// The reader of logs against SQLite: each byte of a log changed, what both make of it.
  @Test func `a log is read as SQLite reads it, and no byte of it can trap`() throws {
    let store = try filled(path, batches: 4)
    let file = try #require(folder.read("beat.db"))
    let log = try #require(folder.read("beat.db-wal"))
    withExtendedLifetime(store) {}
    var random = SeededGenerator(seed: 9)
    for _ in 0..<60 {
      var bytes = log
      let index = Int.random(in: bytes.indices, using: &random)
      bytes[index] ^= UInt8.random(in: 1...255, using: &random)
      folder.write(file, to: "copy.db")
      folder.write(bytes, to: "copy.db-wal")
      let reader = WriteAheadLogReader(folder.path("copy.db-wal"))
      let row = reader?.committed(page: 2).last.flatMap { MetaRow(page: $0) }
      guard let copy = try? SQLiteStore(path: folder.path("copy.db")) else { continue }
      #expect(try copy.newestBatch() == row?.newestBatch ?? 0, "byte \(index)")
    }
    for count in [0, 1, 511, 512, 4_096] {
      _ = MetaRow(page: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }

  @Test func `the ballast is laid where there is room, and laid anew after it was given up`() throws
  {
    let store = try filled(path, batches: 1)
    let ballast = Ballast(stateFile: path)
    #expect(folder.read("beat.db.ballast")?.count == Ballast.usualSize)
    #expect(folder.mode("beat.db.ballast") == 0o600)
    #expect(ballast.release())
    #expect(!ballast.release())
    #expect(ballast.lay())
    #expect(!Ballast(stateFile: folder.path("huge"), size: 1 << 60).lay())
    #expect(folder.read("huge.ballast") == nil)
    withExtendedLifetime(store) {}
  }

  @Test func `F20: a migration stopped before any of its statements is at one version or the next`()
    throws
  {
    for stop in 0..<6 {
      let name = "stopped-\(stop).db"
      let store = try filled(folder.path(name), batches: 1)
      let connection = try store.connection()
      try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      let steps = [
        "BEGIN IMMEDIATE", "ALTER TABLE jobs ADD COLUMN a TEXT", "CREATE TABLE b (x TEXT) STRICT",
        "PRAGMA user_version = \(Migrations.newest + 1)", "COMMIT",
      ]
      for step in steps.prefix(stop) { try connection.execute(step) }
      // What a kill leaves: the files as they are, with pages spilled into the log.
      if (1..<5).contains(stop) { _ = try? connection.execute("PRAGMA cache_spill = 1") }
      folder.write(try #require(folder.read(name)), to: "copy.db")
      folder.write(try #require(folder.read(name + "-wal")), to: "copy.db-wal")
      if stop < 5 {
        let copy = try SQLiteStore(path: folder.path("copy.db"))
        #expect(try copy.connection().integer("PRAGMA user_version") == Migrations.newest)
        #expect(try copy.load().nextRun == 2)
      } else {
        let error = #expect(throws: StoreError.self) {
          try SQLiteStore(path: folder.path("copy.db"))
        }
        #expect(error?.code == .notOurs)
      }
    }
  }
}
