// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

@testable import beatctl

struct SystemdImportTests {
  /// Imports units that lie in one folder, by path.
  private func imported(
    _ files: [String: String], _ paths: [String] = ["/u"], isUser: Bool = false
  ) throws -> Imported {
    let library = FileLibrary(
      read: { files[$0].map { Array($0.utf8) } },
      list: { folder in
        let names = files.keys.filter { $0.hasPrefix(folder + "/") }
          .map { String($0.dropFirst(folder.count + 1).prefix { $0 != "/" }) }
        return names.isEmpty ? nil : Set(names).sorted()
      })
    let manager = UnitManager(
      isUser: isUser, home: "/srv/me", uid: 1_000, runtimeDirectory: "/run/user/1000")
    var importer = TimerImporter(
      library: library, manager: manager, zones: ZoneDirectory(), file: ImportedFile())
    for path in paths { try importer.add(path) }
    return try Imported(importer.file)
  }

  private func service(_ lines: String, timer: String = "OnCalendar=daily") throws -> Imported {
    try imported([
      "/u/a.timer": "[Timer]\n\(timer)\n", "/u/a.service": "[Service]\nType=oneshot\n\(lines)\n",
    ])
  }

  private func work(_ lines: String) throws -> Work { try service(lines).job("a").work }

  // MARK: Timers

  @Test func `each OnCalendar becomes a job`() throws {
    let imported = try imported([
      "/u/backup.timer": """
      [Unit]
      Description=Nightly backup
      [Timer]
      OnCalendar=*-*-* 03:30:00
      OnCalendar=Sun *-*-* 12:00 Europe/Berlin
      Persistent=true
      RandomizedDelaySec=5min
      AccuracySec=1s
      [Install]
      WantedBy=timers.target
      """,
      "/u/backup.service": "[Service]\nType=oneshot\nExecStart=/usr/bin/pg_dump app\n",
    ])
    let (first, second) = (try imported.job("backup"), try imported.job("backup-2"))
    #expect(first.scheduleText == "30 3 * * *" && first.times.zone == .utc)
    #expect(second.scheduleText == "0 12 * * sun")
    #expect(second.times.zone == (try ZoneDirectory().zone(named: "Europe/Berlin")))
    #expect(first.work == .exec(["/usr/bin/pg_dump", "app"], input: nil))
    #expect(first.options.value.catchUp == .latest)
    #expect(first.options.value.description == "Nightly backup")
    #expect(first.options.value.surroundings.directory == "/")
    #expect(imported.says("jitter = \"5m\""))
    #expect(imported.changes.contains { $0.hasPrefix("AccuracySec=1s") })
    #expect(imported.losses.allSatisfy { $0.contains("jitter") })
  }

  @Test func `an empty assignment forgets those before it, and drop-ins add to the file`() throws {
    let imported = try imported([
      "/u/a.timer": "[Timer]\nOnCalendar=daily\n",
      "/u/a.timer.d/10.conf": "[Timer]\nOnCalendar=\nOnCalendar=hourly\n",
      "/u/a.timer.d/README": "[Timer]\nOnCalendar=monthly\n",
      "/u/a.service": "[Service]\nExecStart=/bin/a\n",
      "/u/a.service.d/20.conf": "[Service]\nExecStart=\nExecStart=/bin/b \\\n  c\n",
    ])
    #expect(imported.jobs.map(\.scheduleText) == ["0 * * * *"])
    #expect(try imported.job("a").work == .exec(["/bin/b", "c"], input: nil))
  }

  @Test func `intervals become every, every-after and reboot`() throws {
    let active = try service("ExecStart=/bin/a", timer: "OnBootSec=2min\nOnUnitActiveSec=1h 30min")
    #expect(active.jobs.map(\.scheduleText) == ["every 1h30m"])
    #expect(active.changes.count == 2 && active.losses.isEmpty)
    let inactive = try service("ExecStart=/bin/a", timer: "OnUnitInactiveSec=90")
    #expect(inactive.jobs.map(\.scheduleText) == ["every-after 1m30s"])
    let boot = try service("ExecStart=/bin/a", timer: "OnBootSec=10min")
    #expect(boot.jobs.map(\.scheduleText) == ["@reboot"])
    #expect(boot.losses.count == 1 && boot.losses[0].hasPrefix("OnBootSec=10min: the delay"))
    #expect(try service("ExecStart=/bin/a", timer: "OnBootSec=0").losses.isEmpty)
  }

  @Test func `what cannot be said is left out with its reason`() throws {
    let friday = try service("ExecStart=/bin/a", timer: "OnCalendar=Fri *-*-13")
    #expect(friday.jobs.isEmpty)
    #expect(friday.losses.contains { $0.contains("OnCalendar=Fri *-*-13: cron takes a day") })
    #expect(friday.text.contains("# [jobs.a]"))
    #expect(try service("ExecStart=/bin/a", timer: "OnCalendar=whenever").losses.count == 1)
    #expect(try service("ExecStart=/bin/a", timer: "Persistent=yes").losses.count == 1)
    #expect(
      try service("ExecStart=/bin/a", timer: "OnCalendar=daily\nWakeSystem=yes")
        .losses == ["WakeSystem=yes: Beat wakes no machine"])
  }

  @Test func `Unit= names another service, and one that is not there is said`() throws {
    let other = try imported([
      "/u/a.timer": "[Timer]\nOnCalendar=daily\nUnit=b.service\n",
      "/u/b.service": "[Service]\nExecStart=/bin/b\n",
    ])
    #expect(try other.job("a").work == .exec(["/bin/b"], input: nil))
    let none = try imported(["/u/a.timer": "[Timer]\nOnCalendar=daily\n"])
    #expect(none.losses == ["the job \"a\": there is no a.service beside the timer"])
    let target = try imported(["/u/a.timer": "[Timer]\nOnCalendar=daily\nUnit=b.target\n"])
    #expect(target.jobs.isEmpty && target.losses.count == 1)
  }

  @Test func `instances take their template's files`() throws {
    let imported = try imported([
      "/u/dump@.timer": "[Timer]\nOnCalendar=daily\n",
      "/u/dump@main\\x2ddb.timer": "[Timer]\nOnCalendar=weekly\n",
      "/u/dump@.service": "[Service]\nExecStart=/bin/dump %i %I %p %n %%\n",
    ])
    #expect(
      imported.jobs.map(\.work) == [
        .exec(
          [
            "/bin/dump", "main\\x2ddb", "main-db", "dump", "dump@main\\x2ddb.service", "%",
          ], input: nil)
      ])
    #expect(imported.losses.count == 1 && imported.losses[0].hasPrefix("a template"))
  }

  // MARK: Services

  @Test(arguments: [
    (
      #"ExecStart=/bin/echo "one two" 'three four' a\x20b\tc"#,
      ["/bin/echo", "one two", "three four", "a b\tc"]
    ),
    ("ExecStart=/bin/echo $$HOME %%", ["/bin/echo", "$HOME", "%"]),
    ("ExecStart=:/bin/echo ${HOME} $X", ["/bin/echo", "${HOME}", "$X"]),
    ("ExecStart=/bin/echo %h %t %S %E", ["/bin/echo", "/root", "/run", "/var/lib", "/etc"]),
    ("ExecStart=/bin/echo a\"b\"c", ["/bin/echo", "abc"]),
    (
      "ExecStart=/bin/find . -exec rm {} \\; ';'",
      ["/bin/find", ".", "-exec", "rm", "{}", ";", ";"]
    ),
  ])
  func `command lines are split as systemd splits them`(line: String, words: [String]) throws {
    #expect(try work(line) == .exec(words, input: nil))
  }

  @Test func `variables need a shell`() throws {
    #expect(
      try work("ExecStart=/bin/echo a${X}b $ARGS 'c d'")
        == .command("exec /bin/echo a\"${X}\"b $ARGS 'c d'", input: nil))
  }

  @Test func `several commands run one after another`() throws {
    #expect(
      try work("ExecStartPre=-/bin/pre\nExecStart=/bin/a ; /bin/b 'x y'\nExecStartPost=/bin/post")
        == .command("{ /bin/pre || :; } && /bin/a && /bin/b 'x y' && /bin/post", input: nil))
    #expect(try work("ExecStart=-/bin/a") == .command("/bin/a || :", input: nil))
    #expect(
      try work("ExecStart=/bin/sh -c 'a | b; c'") == .command("a | b; c", input: nil))
  }

  @Test func `surroundings and limits are carried over`() throws {
    let imported = try service(
      """
      ExecStart=/bin/a
      User=postgres
      Environment=A=1 "B=two words" A=3
      EnvironmentFile=-/etc/default/a
      WorkingDirectory=/srv/a
      TimeoutStartSec=1h
      TimeoutStopSec=20
      SuccessExitStatus=75 DATAERR SIGTERM
      Nice=10
      UMask=0027
      StandardInputText=hello
      """)
    for line in [
      "user = \"postgres\"", "environment = { B = \"two words\", A = \"3\" }",
      "environment-file = \"/etc/default/a\"", "directory = \"/srv/a\"", "timeout = \"1h\"",
      "grace = \"20s\"", "success = [0, 75, 65]", "nice = 10", "umask = \"0027\"", "hello",
    ] { #expect(imported.says(line), Comment(rawValue: line + "\n" + imported.text)) }
    #expect(imported.losses.contains("SuccessExitStatus=SIGTERM: Beat knows exit codes only"))
  }

  @Test func `settings that Beat does not know are reported, each once`() throws {
    let imported = try service(
      "ExecStart=/bin/a\nPrivateTmp=yes\nProtectSystem=strict\nPrivateTmp=yes\nExecStop=/bin/b")
    #expect(imported.losses == ["PrivateTmp=yes", "ProtectSystem=strict", "ExecStop=/bin/b"])
    #expect(imported.text.contains("# not carried over: PrivateTmp=yes\n"))
  }

  @Test func `a user's own manager has other folders`() throws {
    let imported = try imported(
      [
        "/u/a.timer": "[Timer]\nOnCalendar=daily\n",
        "/u/a.service": "[Service]\nExecStart=%h/bin/a %t %u\n",
      ], isUser: true)
    #expect(
      try imported.job("a").work == .exec(["/srv/me/bin/a", "/run/user/1000", "%u"], input: nil))
    #expect(try imported.job("a").options.value.surroundings.directory == nil)
    #expect(imported.losses.count == 1)
  }

  @Test func `what is no timer is refused`() throws {
    #expect(throws: Failure.self) { try imported([:], ["/u/a.timer"]) }
    #expect(throws: Failure.self) { try imported(["/u/a.socket": ""], ["/u/a.socket"]) }
    #expect(throws: Failure.self) { try imported(["/u/a.service": ""], ["/u"]) }
  }

  @Test(arguments: [
    ("90", 90_000), ("5min 20s", 320_000), ("1h30m", 5_400_000), ("1.5h", 5_400_000),
    ("2weeks", 1_209_600_000), ("500ms", 500), ("1M", 2_629_800_000), ("250us", 0),
    (" 3 d ", 259_200_000),
  ])
  func `lengths of time`(text: String, milliseconds: Int64) {
    #expect(UnitTimeSpan.parse(text)?.milliseconds == milliseconds)
  }

  @Test(arguments: ["", "soon", "1fortnight", "-1", "1e99999", "infinity", "99999999999999y", "."])
  func `what is no length of time`(text: String) { #expect(UnitTimeSpan.parse(text) == nil) }
}
