// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import Glibc
import Testing

/// The real programs as root, with jobs of other users.
@Suite(
  .serialized, .timeLimit(.minutes(2)),
  .enabled(if: geteuid() == 0, "only root may switch users"))
struct UserTests {
  @Test func `a system crontab's line runs as its user, and explain shows the same`() throws {
    let beat = try Beat()
    mkdir(beat.folder + "/schedules/cron.d", 0o755)
    try beat.write(
      "cron.d/app.cron",
      """
      BEAT_NAME=who
      @daily nobody id -un; id -G; pwd; echo $HOME $LOGNAME
      0 1 * * * nobdy true

      """)
    try beat.start()
    #expect(try beat.ctl("trigger", "who", "--wait").code == 0)
    #expect(try beat.ctl("logs", "who").output == "nobody\n65534\n/\n/nonexistent nobody\n")
    let file = beat.folder + "/schedules/cron.d/app.cron"
    let explained = try beat.ctl("explain", "-f", file, "2").output
    #expect(explained.contains("nobody") && explained.contains("HOME=/nonexistent"), "\(explained)")
    let status = try beat.ctl("check", file)
    #expect(status.output.contains("there is no user `nobdy` on this machine"), "\(status)")
    #expect(beat.log.contains("there is no user `nobdy` on this machine"))
  }

  @Test func `F36: a daemon that cannot switch users runs nothing, and says why`() throws {
    let beat = try Beat()
    let mark = "/tmp/beat-mark-\(getpid())-switch"
    try beat.write(
      "a.toml",
      """
      [jobs.other]
      user = "nobody"
      directory = "/"
      command = "touch \(mark)"
      """)
    try beat.start(through: ["/usr/bin/setpriv", "--bounding-set=-setuid"])
    #expect(try beat.ctl("trigger", "other", "--wait").code == 1)
    let run = try #require(try beat.history("other").last)
    #expect(
      run.error == "not started: it could not be made user nobody: Operation not permitted",
      "\(run.error ?? "")")
    #expect(access(mark, F_OK) != 0)
  }
}
