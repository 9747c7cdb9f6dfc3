// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Testing

/// What people ask of the real programs besides a plain trigger.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DoorTests {
  /// A daemon with a settings file.
  private func beat(_ settings: String, _ jobs: String) throws -> Beat {
    let beat = try Beat()
    let file = try #require(fopen(beat.folder + "/beatd.toml", "w"))
    fputs(settings, file)
    fclose(file)
    try beat.write("a.toml", jobs)
    try beat.launch(environment: ["CONFIGURATION_DIRECTORY": beat.folder])
    try beat.waitForNotice("READY=1")
    return beat
  }

  private func run(_ answer: Beat.Answer) throws -> RunSummary {
    try APICoder.decode(RunSummary.self, from: Array(answer.output.utf8))
  }

  @Test func `a queue of the settings holds what is enqueued, and a key stands for one run`()
    throws
  {
    let beat = try beat(
      "[queues.slow]\nlimit = 1\n",
      """
      [jobs.j]
      queue = "slow"
      command = "true"

      [jobs.k]
      queue = "slwo"
      command = "x"
      """
    )
    let status = try beat.ctl("status").output
    #expect(status.contains("did you mean \"slow\"?"), "\(status)")
    #expect(try beat.ctl("pause", "--queue", "slow", "--note", "a test").code == 0)
    let words = ["enqueue", "session-cleanup", "--queue", "slow", "--key", "k", "--with", "{}"]
    let first = try run(try beat.ctl(all: ["--json"] + words))
    #expect(first.state == "queued")
    #expect(try run(try beat.ctl(all: ["--json"] + words)).runID == first.runID)
    let id = try #require(first.runID)
    #expect(try beat.ctl("cancel", id).output.contains("cancelled (operator)"))
    #expect(try beat.ctl("cancel", id).code == 1)
    #expect(try beat.ctl("resume", "--queue", "slow").code == 0)
    #expect(try beat.ctl("trigger", "j", "--wait").code == 0)
    let unknown = try beat.ctl("enqueue", "sesion-cleanup")
    #expect(unknown.code == 4)
    #expect(unknown.errors.contains("did you mean \"session-cleanup\"?"))
  }

  @Test func `an instant that was missed is run, and a process is stopped by a cancel`() throws {
    let beat = try beat(
      "",
      """
      [jobs.hourly]
      every = "1h"
      command = "echo $BEAT_SCHEDULED_FOR $BEAT_TRIGGER"

      [jobs.long]
      command = "exec sleep 100"
      """)
    let instants = try beat.ctl("--json", "prev", "hourly")
    let text = try #require(instants.output.split(separator: "\"").first { $0.hasSuffix("Z") })
    #expect(try beat.ctl("trigger", "hourly", "--at", String(text), "--wait").code == 0)
    #expect(try beat.ctl("logs", "hourly").output == "\(text) backfill\n")
    let long = try run(try beat.ctl("--json", "trigger", "long"))
    let id = try #require(long.runID)
    #expect(try beat.ctl("cancel", id).code == 0)
    #expect(try beat.ctl("logs", "-f", id).code == 0)
    let over = try #require(try beat.history("long").first)
    #expect(over.state == "cancelled")
    #expect(over.signal == SIGTERM)
    let audit = try beat.ctl("audit")
    #expect(audit.code == 0, "\(audit)")
    #expect(audit.output.hasPrefix("nothing unaccounted for: "))
  }

  @Test func `settings in error are told, and nothing is started`() throws {
    let beat = try Beat()
    let file = try #require(fopen(beat.folder + "/beatd.toml", "w"))
    fputs("max-runing = 3\nstop-timeout = 5\n", file)
    fclose(file)
    try beat.launch(environment: ["CONFIGURATION_DIRECTORY": beat.folder])
    #expect(beat.stop(0) == 2)
    #expect(beat.log.contains("beatd.toml:1:1: error: unknown key \"max-runing\""), "\(beat.log)")
    #expect(beat.log.contains("did you mean \"5s\"?"), "\(beat.log)")
  }

  @Test func `a process that is left running is taken up with what it prints`() throws {
    let beat = try Beat()
    let begun = try Whistle(beat.folder + "/begun")
    let told = try Whistle(beat.folder + "/told")
    try beat.write(
      "a.toml",
      """
      [jobs.left]
      on-stop = "leave"
      command = '''
      echo b > \(begun.path); read x < \(told.path); echo alone
      echo c > \(begun.path); read y < \(told.path); echo taken up'''

      [jobs.drained]
      command = "exec sleep 0.2"
      """)
    try beat.start()
    #expect(try beat.ctl("trigger", "left").code == 0)
    #expect(try begun.nextLine() == "b")
    #expect(try beat.ctl("trigger", "drained").code == 0)
    #expect(beat.stop() == 0)
    // Nobody reads its pipe, and it goes on all the same.
    try told.write("x\n")
    #expect(try begun.nextLine() == "c")
    try beat.start()
    #expect(try beat.history("drained").map(\.state) == ["completed"])
    let row = try #require(try beat.history("left").first)
    #expect(row.state == "running")
    #expect(row.attempt == 1)
    try told.write("y\n")
    let id = try #require(row.runID)
    #expect(try beat.ctl("logs", "-f", id).output == "alone\ntaken up\n")
    #expect(try beat.history("left").map(\.attempt) == [1])
  }

  @Test func `a backup is a state file that another daemon goes on with`() throws {
    let beat = try Beat()
    try beat.write("a.toml", "[jobs.j]\ncommand = \"true\"\n")
    try beat.start()
    #expect(try beat.ctl("trigger", "j", "--wait").code == 0)
    let copy = beat.folder + "/copy.db"
    #expect(try beat.ctl("backup", copy).output.hasPrefix("copied to \(copy), "))
    #expect(try beat.ctl("backup", copy).code == 1)
    #expect(try beat.ctl("trigger", "j", "--wait").code == 0)
    #expect(beat.stop() == 0)
    #expect(rename(copy, beat.folder + "/beat.db") == 0)
    #expect(access(beat.folder + "/beat.db-wal", F_OK) != 0)
    try beat.start()
    #expect(try beat.history("j").map(\.state) == ["completed"])
  }
}
