// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

/// The only entry of a crontab of one line.
private func only(_ text: String, userColumn: Bool = false) -> CrontabEntry? {
  let crontab = Crontab(Array(text.utf8), userColumn: userColumn)
  return crontab.entries.count == 1 && crontab.errors.isEmpty ? crontab.entries[0] : nil
}

@Suite struct CrontabEntryTests {
  @Test func `a line is a schedule and a command, with the columns of both`() throws {
    let entry = try #require(only("  30\t3  * * mon-fri  /usr/bin/backup  --all "))
    #expect(entry.scheduleText == "30 3 * * mon-fri")
    #expect(entry.schedule == (try Schedule(crontab: "30 3 * * mon-fri")))
    #expect(entry.scheduleColumn == 3)
    #expect(entry.command == "/usr/bin/backup  --all ")
    #expect(entry.commandColumn == 22)
    #expect(entry.line == 1)
    #expect(entry.input == nil)
  }

  @Test(
    arguments: [
      ("@daily", "x"), ("@Hourly", "x"), ("@MIDNIGHT", "x"), ("@every 5m", "x"),
      ("@EVERY 90s", "x y"), ("@reboot", "x"), ("@every_minute", "x"), ("@annually", "x"),
    ])
  func `macros take one word, and @every two`(schedule: String, command: String) throws {
    let entry = try #require(only("\(schedule) \(command)"))
    #expect(entry.scheduleText == schedule)
    #expect(entry.command == command)
  }

  @Test(
    arguments: [
      ("a\\%b", "a%b", nil),
      ("a%b", "a", "b\n"),
      ("a%b%c", "a", "b\nc\n"),
      ("a%b\\%c", "a", "b%c\n"),
      ("a%", "a", ""),
      ("a%b%", "a", "b\n"),
      ("a%%b", "a", "\nb\n"),
      ("a\\\\%b", "a\\\\", "b\n"),
      ("a\\nb", "a\\nb", nil),
      ("'a%b'", "'a", "b'\n"),
      ("date +\\%F # c", "date +%F # c", nil),
      ("a%b\\c", "a", "b\\c\n"),
    ] as [(String, String, String?)])
  func `the first plain percent sign ends the command, and the rest is its input`(
    written: String, command: String, input: String?
  ) throws {
    let entry = try #require(only("* * * * * \(written)"))
    #expect(entry.command == command)
    #expect(entry.input == input)
  }

  @Test func `a dash before the minute, and -q and -n before the command, are taken off`() throws {
    let dash = try #require(only("-5 * * * * x"))
    #expect(dash.isQuiet && dash.scheduleText == "5 * * * *" && dash.scheduleColumn == 2)
    let macro = try #require(only("-@daily x"))
    #expect(macro.isQuiet && macro.scheduleText == "@daily")
    let both = try #require(only("* * * * * -n -q x -n"))
    #expect(both.isQuiet && both.mailsOnlyFailures && both.command == "x -n")
    let other = try #require(only("* * * * * -x y"))
    #expect(!other.isQuiet && other.command == "-x y")
  }

  @Test func `a file with a user column names who runs the command`() throws {
    let line = try #require(only("0 4 * * *  www-data  php x", userColumn: true))
    #expect(line.user == "www-data")
    #expect(line.command == "php x")
    #expect(try #require(only("@daily list x", userColumn: true)).user == "list")
    #expect(only("0 4 * * *  www-data  php x")?.command == "www-data  php x")
  }

  @Test func `a last line without a line end counts`() {
    #expect(Crontab(Array("* * * * * a\n* * * * * b".utf8)).entries.map(\.command) == ["a", "b"])
  }

  @Test func `carriage returns and a byte order mark are dropped and told`() {
    var reader = CrontabReader(Array("\u{FEFF}A=1\r\n* * * * * x\r\n".utf8))
    var entries: [CrontabEntry] = []
    while let line = reader.next() {
      if case .entry(let entry) = line { entries.append(entry) }
    }
    #expect(entries.map(\.command) == ["x"])
    #expect(entries[0].environment.map(\.value) == ["1"])
    #expect(reader.droppedCarriageReturn && reader.droppedByteOrderMark)
  }

  @Test func `blank lines and comments say nothing`() {
    let crontab = Crontab(Array("\n  \t\n# * * * * * x\n   # y\n".utf8))
    #expect(crontab.entries.isEmpty && crontab.errors.isEmpty)
    #expect(Crontab([]).entries.isEmpty)
  }

  @Test func `a hash later in a line is part of the command`() {
    #expect(only("* * * * * x # y")?.command == "x # y")
  }
}

@Suite struct CrontabVariableTests {
  /// The variables in force at the last entry, as text.
  private func environment(_ text: String) -> [String]? {
    let crontab = Crontab(Array((text + "\n* * * * * x").utf8))
    guard crontab.errors.isEmpty, let entry = crontab.entries.last else { return nil }
    return entry.environment.map { "\($0.name)=\($0.value)" }
  }

  @Test(
    arguments: [
      ("A=b", "A=b"), ("A = b", "A=b"), ("  A\t=\tb  ", "A=b"), ("A=", "A="), ("A=\"\"", "A="),
      ("A=\" b \"", "A= b "), ("A='b'", "A=b"), ("\"A\"=b", "A=b"), ("'A B'=c", "A B=c"),
      ("A=b\"c\"", "A=b\"c\""), ("A=x # y", "A=x # y"), ("A.B-C=1", "A.B-C=1"), ("1=2", "1=2"),
      ("A=1 * * * * x", "A=1 * * * * x"), ("A=$HOME/x", "A=$HOME/x"), ("A=\"b\"  ", "A=b"),
      ("A=b=c", "A=b=c"), ("A='it\"s'", "A=it\"s"), ("PATH=/a:/b", "PATH=/a:/b"),
    ])
  func `a variable's line is read as cronie reads it`(written: String, read: String) {
    #expect(environment(written) == [read])
  }

  @Test func `a variable holds for the lines below it`() {
    let crontab = Crontab(
      Array("* * * * * a\nA=1\nB=2\n* * * * * b\nA=3\n* * * * * c\n* * * * * d".utf8))
    let values = crontab.entries.map { $0.environment.map { "\($0.name)=\($0.value)" } }
    #expect(values == [[], ["A=1", "B=2"], ["A=3", "B=2"], ["A=3", "B=2"]])
    #expect(crontab.entries.map(\.environmentVersion) == [0, 2, 3, 3])
  }

  @Test func `CRON_TZ is the zone of the lines below it, and TZ is not`() {
    let crontab = Crontab(
      Array("TZ=UTC\n* * * * * a\nCRON_TZ=Europe/Berlin\n* * * * * b".utf8))
    #expect(crontab.entries.map(\.zone?.value) == [nil, "Europe/Berlin"])
    #expect(crontab.entries[1].environment.map(\.name) == ["TZ", "CRON_TZ"])
  }

  @Test func `variables that begin with BEAT_ are for the scheduler alone`() {
    let crontab = Crontab(Array("BEAT_RETRIES = 3\n* * * * * a".utf8))
    #expect(crontab.directives.map(\.name) == ["BEAT_RETRIES"])
    #expect(crontab.directives.map(\.valueColumn) == [16])
    #expect(crontab.entries[0].environment.isEmpty)
  }

  @Test func `columns count code points`() throws {
    let crontab = Crontab(Array("  BEAT_DESCRIPTION = 'né' ".utf8))
    let variable = try #require(crontab.directives.first)
    #expect(variable.value == "né")
    #expect((variable.nameColumn, variable.valueColumn) == (3, 23))
  }

  @Test func `a file may set a thousand variables`() {
    let lines = (0...1_000).map { "A\($0)=1\n" }.joined()
    #expect(Crontab(Array(lines.utf8)).errors.map(\.category) == [.limit])
  }
}
