// SPDX-License-Identifier: Apache-2.0

/// The statements of a session, compiled once and used for as long as it lasts.
final class SQLiteStatements {
  let begin: SQLiteStatement
  let commit: SQLiteStatement
  let rollback: SQLiteStatement
  let writeNumbers: SQLiteStatement
  let file: SQLiteStatement
  let fileLate: SQLiteStatement
  let insertJob: SQLiteStatement
  let vanishJob: SQLiteStatement
  let moveJob: SQLiteStatement
  let startJob: SQLiteStatement
  let renameJob: SQLiteStatement
  let endDefinition: SQLiteStatement
  let insertDefinition: SQLiteStatement
  let writeSpell: SQLiteStatement
  let writeCompletion: SQLiteStatement
  let deleteStretch: SQLiteStatement
  let insertQueuePause: SQLiteStatement
  let deleteQueuePause: SQLiteStatement
  let insertClockStep: SQLiteStatement
  let writeClaimed: SQLiteStatement
  let insertRun: SQLiteStatement
  let updateRun: SQLiteStatement
  let insertAttempt: SQLiteStatement
  let insertOutput: SQLiteStatement
  let insertStretch: SQLiteStatement
  let noteStretch: SQLiteStatement
  let insertPause: SQLiteStatement
  let deletePause: SQLiteStatement
  let writeBoot: SQLiteStatement
  let run: SQLiteStatement
  let scheduledRun: SQLiteStatement

  init(_ connection: SQLiteConnection) throws(StoreError) {
    func sql(_ text: String) throws(StoreError) -> SQLiteStatement { try connection.prepare(text) }
    begin = try sql("BEGIN IMMEDIATE")
    commit = try sql("COMMIT")
    rollback = try sql("ROLLBACK")
    writeNumbers = try sql(
      """
      UPDATE meta SET newest_batch = ?1, next_job = ?2, next_run = ?3, next_stretch = ?4,
        filed_through = ?5
      """)
    file = try sql(
      """
      INSERT INTO job_runs SELECT job, scheduled_for, id FROM runs NOT INDEXED
      WHERE id > ?1 AND id <= ?2 AND trigger = 0 ORDER BY job, scheduled_for, id
      """)
    fileLate = try sql("INSERT INTO job_runs VALUES (?1, ?2, ?3)")
    insertJob = try sql(
      """
      INSERT INTO jobs (id, name, cursor, appeared_at) VALUES (?1, ?2, ?3, ?3)
      ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor, vanished_at = NULL,
        appeared_at = excluded.cursor
      WHERE name = excluded.name
      """)
    vanishJob = try sql("UPDATE jobs SET vanished_at = ?2 WHERE id = ?1")
    moveJob = try sql(
      """
      UPDATE jobs SET cursor = ?2, latest_run = max(latest_run, ?3),
        last_completed = max(last_completed, ?4), last_failed = max(last_failed, ?5)
      WHERE id = ?1
      """)
    startJob = try sql(
      """
      UPDATE jobs SET latest_run = max(latest_run, ?2),
        last_completed = max(last_completed, ?3), last_failed = max(last_failed, ?4)
      WHERE id = ?1
      """)
    renameJob = try sql("UPDATE jobs SET name = ?2 WHERE id = ?1")
    endDefinition = try sql("UPDATE definitions SET until = ?2 WHERE job = ?1 AND until IS NULL")
    insertDefinition = try sql("INSERT OR REPLACE INTO definitions VALUES (?1, ?2, NULL, ?3, ?4)")
    writeSpell = try sql("UPDATE jobs SET failure_spell = ?2 WHERE id = ?1")
    writeCompletion = try sql("UPDATE jobs SET completed_at = ?2 WHERE id = ?1")
    deleteStretch = try sql("DELETE FROM stretches WHERE id = ?1 RETURNING job")
    insertQueuePause = try sql("INSERT OR REPLACE INTO queue_pauses VALUES (?1, ?2, ?3, ?4)")
    deleteQueuePause = try sql("DELETE FROM queue_pauses WHERE queue = ?1")
    insertClockStep = try sql("INSERT INTO clock_steps (at, step) VALUES (?1, ?2)")
    writeClaimed = try sql("UPDATE meta SET claimed_after = ?1, claimed_through = ?2")
    insertRun = try sql(RunRow.insert)
    updateRun = try sql(RunRow.update)
    insertAttempt = try sql("INSERT OR REPLACE INTO attempts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
    insertOutput = try sql("INSERT OR REPLACE INTO outputs VALUES (?1, ?2, ?3, ?4, ?5)")
    insertStretch = try sql("INSERT OR REPLACE INTO stretches VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
    noteStretch = try sql(
      """
      UPDATE jobs SET latest_stretch =
        (SELECT id FROM stretches WHERE job = ?1 ORDER BY last DESC, id DESC LIMIT 1)
      WHERE id = ?1
      """)
    insertPause = try sql("INSERT OR REPLACE INTO pauses VALUES (?1, ?2, ?3, ?4)")
    deletePause = try sql("DELETE FROM pauses WHERE job = ?1")
    writeBoot = try sql("UPDATE meta SET boot_key = ?1, boot_instant = ?2")
    run = try sql("SELECT \(RunRow.columns) FROM runs WHERE id = ?1")
    scheduledRun = try sql(
      """
      SELECT \(RunRow.columns) FROM runs
      WHERE job = ?1 AND scheduled_for = ?2 AND trigger = 0
      """)
  }
}
