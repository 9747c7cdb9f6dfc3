// SPDX-License-Identifier: Apache-2.0

/// One step of the schema, from the version before it.
struct Migration: Sendable {
  /// What `user_version` is afterwards.
  let version: Int64
  let sql: String
}

/// The schema of a state file, as the steps that lead to it.
///
/// Steps are only ever appended.
enum Migrations {
  /// Stands in the header of every state file: "Beat" in ASCII.
  static let applicationID: Int64 = 0x4265_6174

  /// The version that this program reads and writes.
  static var newest: Int64 { all.last?.version ?? 0 }

  static let all: [Migration] = [
    Migration(version: 1, sql: first),
    Migration(version: 2, sql: second),
  ]

  /// Takes the file to the newest version, each step in a transaction: it is at one version or at
  /// the next, whenever the machine stops.
  static func apply(
    to connection: SQLiteConnection, steps: [Migration] = all
  ) throws(StoreError) {
    let version = try connection.integer("PRAGMA user_version") ?? 0
    let newest = steps.last?.version ?? 0
    guard version <= newest else {
      throw StoreError(
        .notOurs,
        "state file \(connection.path) has schema version \(version), written by a newer Beat; "
          + "this one knows versions up to \(newest). Install that Beat again, or put back a "
          + "copy from before")
    }
    for step in steps where step.version > version {
      try connection.execute("BEGIN IMMEDIATE")
      do {
        try connection.execute(step.sql)
        try connection.execute("PRAGMA user_version = \(step.version)")
        try connection.execute("COMMIT")
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    }
  }

  /// Numbers in `trigger`, `state` and `reason` are the raw values of `Trigger`, `RunState`,
  /// `Reason`; instants are milliseconds since 1970.
  ///
  /// A run's row holds its latest attempt, so that a run of one attempt is one row.
  ///
  /// Scheduled runs are by far the most, so what is written with each counts. Their index keeps
  /// them unique and begins with the instant: runs that are due together stand together. An index
  /// by job would change a page of its own for nearly every run, which costs more than all the
  /// rest. So table `job_runs` is that index, and is written some thousands of runs at a time, in
  /// its order: it has the scheduled runs up to number `filed_through`.
  private static let first = """
    CREATE TABLE meta (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      tag TEXT NOT NULL,
      newest_batch INTEGER NOT NULL DEFAULT 0,
      next_job INTEGER NOT NULL DEFAULT 1,
      next_run INTEGER NOT NULL DEFAULT 1,
      next_stretch INTEGER NOT NULL DEFAULT 1,
      filed_through INTEGER NOT NULL DEFAULT 0,
      boot_key TEXT,
      boot_instant INTEGER
    ) STRICT;
    INSERT INTO meta (only, tag) VALUES (1, lower(hex(randomblob(3))));

    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      cursor INTEGER NOT NULL,
      vanished_at INTEGER,
      latest_run INTEGER NOT NULL DEFAULT 0,
      latest_stretch INTEGER
    ) STRICT;

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      job INTEGER NOT NULL,
      trigger INTEGER NOT NULL,
      scheduled_for INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      replay_of INTEGER,
      payload TEXT,
      missed_count INTEGER,
      missed_first INTEGER,
      state INTEGER NOT NULL,
      reason INTEGER,
      attempt INTEGER NOT NULL,
      started_at INTEGER,
      finished_at INTEGER,
      retry_at INTEGER,
      exit_code INTEGER,
      signal INTEGER,
      error TEXT,
      result TEXT,
      pid INTEGER,
      pid_start INTEGER,
      pid_boot TEXT,
      failures INTEGER NOT NULL,
      lost_in_row INTEGER NOT NULL,
      snoozes INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX runs_scheduled ON runs (scheduled_for, job) WHERE trigger = 0;
    CREATE INDEX runs_unscheduled ON runs (scheduled_for) WHERE trigger <> 0;
    CREATE INDEX runs_unscheduled_by_job ON runs (job, scheduled_for) WHERE trigger <> 0;
    CREATE INDEX runs_open ON runs (state) WHERE state < 4;
    CREATE INDEX runs_dead ON runs (scheduled_for) WHERE state = 5;
    CREATE INDEX runs_replays ON runs (replay_of) WHERE replay_of IS NOT NULL;

    CREATE TABLE job_runs (
      filed_job INTEGER NOT NULL,
      filed_for INTEGER NOT NULL,
      run INTEGER NOT NULL,
      PRIMARY KEY (filed_job, filed_for, run)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE attempts (
      run INTEGER NOT NULL,
      number INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      finished_at INTEGER NOT NULL,
      exit_code INTEGER,
      signal INTEGER,
      error TEXT,
      PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE outputs (
      run INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      head BLOB NOT NULL,
      tail BLOB NOT NULL,
      total INTEGER NOT NULL,
      UNIQUE (run, attempt)
    ) STRICT;

    CREATE TABLE stretches (
      id INTEGER PRIMARY KEY,
      job INTEGER NOT NULL,
      state INTEGER NOT NULL,
      reason INTEGER NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      count INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX stretches_by_job ON stretches (job, last);
    CREATE INDEX stretches_by_last ON stretches (last);

    CREATE TABLE pauses (
      job INTEGER PRIMARY KEY,
      since INTEGER NOT NULL,
      until INTEGER,
      note TEXT
    ) STRICT;
    """

  /// Runs with an origin of their own; pauses of queues; what is known of a job's ends; each
  /// version of its definition; what was pruned, where reason -1 stands for none; the clock.
  private static let second = """
    ALTER TABLE runs ADD COLUMN start_at INTEGER;
    ALTER TABLE runs ADD COLUMN parent INTEGER;
    ALTER TABLE runs ADD COLUMN task TEXT;
    ALTER TABLE runs ADD COLUMN task_priority INTEGER;
    ALTER TABLE runs ADD COLUMN task_retries INTEGER;
    ALTER TABLE runs ADD COLUMN task_queue TEXT;
    ALTER TABLE runs ADD COLUMN task_key TEXT;
    CREATE INDEX runs_keyed ON runs (task_key) WHERE task_key IS NOT NULL;
    CREATE UNIQUE INDEX runs_chained ON runs (parent, job) WHERE trigger = 4;

    ALTER TABLE jobs ADD COLUMN failure_spell INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE jobs ADD COLUMN completed_at INTEGER;
    ALTER TABLE jobs ADD COLUMN appeared_at INTEGER;
    ALTER TABLE jobs ADD COLUMN last_completed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE jobs ADD COLUMN last_failed INTEGER NOT NULL DEFAULT 0;
    UPDATE jobs SET last_completed = ended.run
      FROM (SELECT job, max(id) AS run FROM runs WHERE state = 4 GROUP BY job) AS ended
      WHERE jobs.id = ended.job;
    UPDATE jobs SET last_failed = ended.run
      FROM (SELECT job, max(id) AS run FROM runs WHERE state = 5 GROUP BY job) AS ended
      WHERE jobs.id = ended.job;

    CREATE TABLE definitions (
      job INTEGER NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER,
      fingerprint INTEGER NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (job, since)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE meta ADD COLUMN claimed_after INTEGER;
    ALTER TABLE meta ADD COLUMN claimed_through INTEGER;

    CREATE TABLE queue_pauses (
      queue TEXT PRIMARY KEY,
      since INTEGER NOT NULL,
      until INTEGER,
      note TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE folds (
      job INTEGER NOT NULL,
      day INTEGER NOT NULL,
      scheduled INTEGER NOT NULL,
      state INTEGER NOT NULL,
      reason INTEGER NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (job, day, scheduled, state, reason)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX folds_by_last ON folds (last);

    CREATE TABLE clock_steps (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      step INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX clock_steps_by_instant ON clock_steps (at);
    """
}
