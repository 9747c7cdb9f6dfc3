// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Support
import Testing

@testable import Scheduler

@Suite struct SettingsTests {
  private func read(_ text: String) -> (settings: DaemonSettings, diagnostics: [Diagnostic]) {
    DaemonSettings.read(
      ScheduleFile(
        path: "/etc/beat/beatd.toml", relativeName: "beatd.toml", kind: .jobFile,
        bytes: Array(text.utf8)), zones: ZoneDirectory())
  }

  @Test func `all that a file may say is read`() {
    let (settings, diagnostics) = read(
      """
      schedules = ["/srv/jobs", "more"]
      state = "beat.db"
      socket = "/run/x.sock"
      timezone = "Europe/Berlin"
      max-running = 8
      state-limit = "512M"
      stop-timeout = "90s"

      [queues.slow]
      limit = 2

      [queues]
      free = {}
      """)
    #expect(diagnostics.map(\.rendered).joined() == "")
    var expected = DaemonSettings()
    expected.schedules = ["/srv/jobs", "/etc/beat/more"]
    expected.state = "/etc/beat/beat.db"
    expected.socket = "/run/x.sock"
    expected.timezone = "Europe/Berlin"
    expected.processes = 8
    expected.stateLimit = 512 << 20
    expected.stopTimeout = .seconds(90)
    expected.queues = ["slow": 2, "free": nil]
    #expect(settings == expected)
    #expect(settings.queueNames == ["default", "slow", "free"])
  }

  @Test func `an empty file says nothing`() {
    #expect(read("# nothing\n").settings == DaemonSettings())
  }

  @Test(arguments: [
    ("schedule = \"x\"", "did you mean \"schedules\"?"), ("schedules = 3", "a list of files"),
    ("schedules = []", "at least one"), ("schedules = [1]", "a path"),
    ("state = 3", "a path"), ("timezone = \"Europe/Berln\"", "Europe/Berlin"),
    ("max-running = 0", "from 1 to"), ("max-running = \"8\"", "a whole number"),
    ("state-limit = 1000", "\"1M\" or more"), ("state-limit = -1", "out of range"),
    ("stop-timeout = 60", "did you mean \"60s\"?"), ("stop-timeout = \"-1s\"", "E_"),
    ("queues = 3", "[queues.slow]"), ("[queues]\na = 3", "[queues.a]"),
    ("[queues.a]\nlimit = 0", "from 1 to"), ("[queues.a]\nlimits = 1", "did you mean \"limit\"?"),
    ("[queues.\"a b\"]", "name of a queue"), ("state = ", "E_SYNTAX"),
  ])
  func `what is wrong is said with its place and what would do`(text: String, says: String) {
    let diagnostics = read(text + "\n").diagnostics
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.line ?? 0 >= 1)
    let rendered = diagnostics.map(\.rendered).joined()
    #expect(rendered.contains(says), "\(rendered)")
    #expect(rendered.hasPrefix("/etc/beat/beatd.toml:"), "\(rendered)")
  }

  @Test func `every fault is told in one go`() {
    let diagnostics = read("max-running = 0\nstate-limit = 1\n[queues.a]\nlimit = -1\n").diagnostics
    #expect(diagnostics.map(\.line) == [1, 2, 4])
  }

  @Test func `a file that is missing, a folder, or anyone's to write is not obeyed`() throws {
    let folder = TemporaryFolder()
    let path = folder.path("beatd.toml")
    let trust = ScheduleDirectory.Trust.daemon(geteuid())
    let read = { DaemonSettings.read($0, trusting: trust, zones: ZoneDirectory()).diagnostics }
    #expect(read(path).count == 1)
    #expect(read(folder.path).count == 1)
    let file = try #require(fopen(path, "w"))
    fputs("max-running = 3\n", file)
    fclose(file)
    #expect(read(path).isEmpty)
    chmod(path, 0o666)
    #expect(read(path).count == 1)
  }
}

/// A job's queue is one that the settings name.
@Suite struct QueueNameTests {
  private let text = """
    [jobs.a]
    queue = "slwo"
    command = "x"

    [jobs.b]
    queue = "default"
    command = "x"

    """

  private func load(_ file: ScheduleFile, queues: Set<String>?, now: Instant? = nil) -> LoadResult {
    var context = LoadContext(defaultZone: .utc, zones: ZoneDirectory(), queues: queues)
    context.warningsAt = now
    return ScheduleSet.load(files: [file], context: context)
  }

  @Test func `a queue that is not there is an error at its line, with the nearest name`() {
    let result = load(FilesFixture.jobFile(text), queues: ["default", "slow"])
    #expect(result.names == ["b"])
    #expect(result.diagnostics.map(\.line) == [2])
    #expect(result.diagnostics.map(\.suggestion) == ["slow"])
    #expect(result.brokenJobs.keys.map(\.text) == ["a"])
  }

  @Test func `so it is in a crontab`() {
    let crontab = FilesFixture.crontab("BEAT_QUEUE=slwo\n0 1 * * * x\n")
    let result = load(crontab, queues: ["default", "slow"])
    #expect(result.diagnostics.map(\.line) == [1])
    #expect(result.diagnostics.map(\.suggestion) == ["slow"])
  }

  @Test func `where the queues are not known, check warns and takes it`() {
    let checked = load(FilesFixture.jobFile(text), queues: nil, now: .epoch)
    #expect(checked.names == ["a", "b"])
    let warnings = checked.diagnostics.filter { $0.message.contains("queue") }
    #expect(warnings.map(\.line) == [2])
    #expect(warnings.map(\.severity) == [.warning])
    #expect(load(FilesFixture.jobFile(text), queues: nil).diagnostics.isEmpty)
  }
}
