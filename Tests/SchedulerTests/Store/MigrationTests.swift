// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Support
import Testing

@testable import Scheduler

@Suite struct MigrationTests {
  private let folder = TemporaryFolder()
  private var path: String { folder.path("beat.db") }

  @Test func `a migration that fails leaves the version before it`() throws {
    let store = try SQLiteStore(path: path)
    try store.commit([.runMade(.made(1, at: 0))], batch: 1)
    let connection = try store.connection()
    let next = Migrations.newest + 1
    let broken =
      Migrations.all + [
        Migration(version: next, sql: "ALTER TABLE jobs ADD COLUMN colour TEXT"),
        Migration(
          version: next + 1, sql: "ALTER TABLE runs ADD COLUMN taste TEXT; SELECT nonsense"),
      ]
    #expect(throws: StoreError.self) { try Migrations.apply(to: connection, steps: broken) }
    #expect(try connection.integer("PRAGMA user_version") == next)
    #expect(
      try connection.integer("SELECT count(*) FROM pragma_table_info('runs') WHERE name = 'taste'")
        == 0)
    #expect(try store.run(RunID(1)) != nil)
  }

  @Test func `a state file of the first version is taken up with all it holds`() throws {
    do {
      fclose(fopen(path, "w"))
      let connection = try SQLiteConnection(path: path)
      try connection.execute(
        "PRAGMA application_id = \(Migrations.applicationID); PRAGMA journal_mode = WAL")
      try Migrations.apply(to: connection, steps: [Migrations.all[0]])
      try connection.execute(
        """
        UPDATE meta SET newest_batch = 7, next_job = 2, next_run = 4;
        INSERT INTO jobs (id, name, cursor, latest_run) VALUES (1, 'backup', 3000, 3);
        INSERT INTO runs (id, job, trigger, scheduled_for, created_at, state, attempt, started_at,
          finished_at, failures, lost_in_row, snoozes)
        VALUES (1, 1, 0, 1000, 1000, 4, 1, 1000, 1001, 0, 0, 0),
          (2, 1, 0, 2000, 2000, 5, 1, 2000, 2001, 1, 0, 0),
          (3, 1, 0, 3000, 3000, 2, 0, NULL, NULL, 0, 0, 0);
        INSERT INTO pauses VALUES (1, 500, NULL, 'moving');
        """)
    }
    let store = try SQLiteStore(path: path)
    let snapshot = try store.load()
    #expect(snapshot.jobs.map(\.name.text) == ["backup"])
    #expect(snapshot.openRuns.map(\.id) == [RunID(3)])
    #expect(snapshot.pauses.map(\.target) == [.job(JobID(1))])
    #expect(try store.definitionsInForce(unlike: [:]).map(\.text) == [nil])
    // The last success and failure of before are known: they are not pruned.
    var keep = KeepPolicy()
    (keep.runs, keep.age) = (0, .zero)
    #expect(
      try store.prune(JobID(1), keeping: keep, at: Instant(milliseconds: 9_000), limit: 9) == 0)
    try store.commit([.cursor(JobID(1), Instant(milliseconds: 4_000))], batch: 8)
  }
}
