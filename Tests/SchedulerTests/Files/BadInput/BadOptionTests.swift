// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// B062 to B072: the options of a job.
@Suite struct BadOptionTests {
  private static func option(_ id: String, _ line: String, _ category: CronSyntaxError.Category)
    -> BadInput
  { BadInput(id, "command = \"x\"\n\(line)", category) }

  private static func http(_ id: String, _ table: String, _ category: CronSyntaxError.Category)
    -> BadInput
  { BadInput(id, "http = \(table)", category) }

  static let rows = [
    option("B062", "timeout = -1", .key), option("B062", "timeout = 0", .key),
    option("B062", "timeout = nan", .key),
    option("B062", "timeout = \"5\"", .syntax), option("B062", "timeout = \"5 parsecs\"", .syntax),
    option("B062", "timeout = \"0s\"", .range), option("B062", "timeout = \"999999999h\"", .range),
    option("B062", "deadline = \"99999999999999999999w\"", .range),
    option("B062", "jitter = \"9223372036854775807w\"", .range),
    option("B062", "retries = { max = 1, base = \"PT999999999H\" }", .range),
    option("B027", "every = \"999999999h\"", .range), option("B027", "every = \"0s\"", .range),
    option("B027", "every-after = \"999999999h\"", .range),
    option("B027", "every = \"9223372036854775807w\"", .range),
    BadInput("B027", "command = \"x\"\nevery = \"36525d\"", .taken),
    option("B063", "retries = 2147483648", .range), option("B063", "retries = -1", .range),
    option("B063", "retries = 1.5", .range),
    option("B064", "retries = { max = 1000000, base = \"0s\" }", .range),
    option("B064", "retries = { max = 5, base = \"0s\" }", .range),
    option("B065", "overlap = \"forbit\"", .key), option("B065", "catch-up = \"\"", .key),
    BadInput("B066", "cron = \"* * * * *\"", .key),
    BadInput("B066", "command = \"x\"\nhttp = \"https://example.org/\"", .key),
    http("B067", "\"file:///etc/shadow\"", .syntax), http("B067", "\"gopher://x/\"", .syntax),
    http("B067", "\"javascript:alert(1)\"", .syntax), http("B067", "\"http://\"", .syntax),
    http("B067", "\"http://[::1\"", .syntax), http("B067", "\"http://a/\\r\\nX: y\"", .syntax),
    http("B067", "\"http://user:secret@a/\"", .syntax),
    http("B067", "\"http://a:99999/\"", .syntax),
    http("B067", "\"http://a\\\\@b/\"", .syntax), http("B067", "\"//a/\"", .syntax),
    http("B067", "\"https://\(String(repeating: "a", count: 9_000))/\"", .limit),
    http("B068", "{ url = \"http://a/\", headers = { \"A B\" = \"x\" } }", .syntax),
    http("B068", "{ url = \"http://a/\", headers = { \"A:B\" = \"x\" } }", .syntax),
    http("B068", "{ url = \"http://a/\", headers = { A = \"x\\r\\nB: y\" } }", .syntax),
    http("B068", "{ url = \"http://a/\", headers = { host = \"b\" } }", .syntax),
    http("B068", "{ url = \"http://a/\", headers = { Content-Length = \"5\" } }", .syntax),
    // A relative folder begins at the file's own.
    BadInput("B069", "command = \"x\"\ndirectory = \"a\"", .taken),
    option("B069", "directory = \"/a\\u0000b\"", .encoding),
    option("B069", "directory = \"/\(String(repeating: "d", count: 5_000))\"", .limit),
    option("B070", "umask = \"999\"", .range), option("B070", "umask = \"8\"", .range),
    option("B070", "umask = \"-1\"", .range), option("B070", "umask = 999", .range),
    option("B070", "umask = 8", .range), option("B070", "umask = -1", .range),
    option("B070", "nice = 99", .range), option("B070", "limits = { memory = -1 }", .range),
    option("B070", "limits = { memory = \"-1\" }", .range),
    option("B070", "limits = { memory = \"9999999999G\" }", .range),
    option("B071", "after = \"bad\"", .state), option("B071", "after = \"nobody\"", .state),
    option(
      "B072", "starts = 2027-01-02T00:00:00Z\nends = 2027-01-01T00:00:00Z", .never),
    option(
      "B072", "starts = 2027-01-02T00:00:00Z\nends = 2027-01-02T00:00:00Z", .never),
  ]

  @Test(arguments: rows)
  func `a bad option has its outcome, and the jobs round it run`(row: BadInput) {
    row.expectInJob()
  }

  static let variables = [
    BadInput("B062", "BEAT_TIMEOUT=-1", .key), BadInput("B062", "BEAT_TIMEOUT=5", .key),
    BadInput("B062", "BEAT_TIMEOUT=999999999h", .range),
    BadInput("B062", "RANDOM_DELAY=1441", .range),
    BadInput("B062", "RANDOM_DELAY=-1", .range), BadInput("B062", "RANDOM_DELAY=soon", .range),
    BadInput("B062", "RANDOM_DELAY=", .range), BadInput("B062", "RANDOM_DELAY=1440", .taken),
    BadInput("B063", "BEAT_RETRIES=-1", .range), BadInput("B063", "BEAT_RETRIES=1.5", .key),
    BadInput("B064", "BEAT_RETRIES={ max = 5, base = \"0s\" }", .range),
    BadInput("B065", "BEAT_OVERLAP=forbit", .key), BadInput("B065", "BEAT_CATCH_UP=", .key),
    BadInput("B067", "BEAT_PING=file:///etc/shadow", .syntax),
    BadInput("B067", "BEAT_ON_FAILURE=http://user@a/", .syntax),
    BadInput("B069", "BEAT_DIRECTORY=", .syntax),
    BadInput("B070", "BEAT_UMASK=999", .range), BadInput("B070", "BEAT_UMASK=8", .range),
    BadInput("B070", "BEAT_NICE=99", .range),
    BadInput("B070", "BEAT_LIMITS={ memory = -1 }", .range),
    BadInput("B071", "BEAT_AFTER=x", .key),
    BadInput("B072", "BEAT_STARTS=2027-01-02T00:00:00Z\nBEAT_ENDS=2027-01-01T00:00:00Z", .never),
  ]

  @Test(arguments: variables)
  func `a bad variable of an option has its outcome, and the lines round it run`(row: BadInput) {
    row.expectInCrontab()
  }

  @Test func `B062: a number that no machine holds is no TOML`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\ntimeout = 1e400"))
    #expect(result.diagnostics.map(\.category) == [.syntax])
    #expect(result.diagnostics.map(\.line) == [3])
  }

  @Test func `B071: a circle of three is an error of each, over all files`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.a]\nafter = \"b\"\ncommand = \"x\"", "a.toml"),
      FilesFixture.jobFile("[jobs.b]\nafter = \"c\"\ncommand = \"x\"", "b.toml"),
      FilesFixture.jobFile(
        "[jobs.c]\nafter = \"a\"\ncommand = \"x\"\n[jobs.d]\ncommand = \"x\"", "c.toml"))
    #expect(result.diagnostics.map(\.category) == [.state, .state, .state])
    #expect(result.names == ["d"])
    #expect(
      result.diagnostics[0].message == "jobs that run after each other never run: "
        + "a after b after c after a")
  }

  @Test func `jobs that follow and tell each other round in a circle are an error`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        """
        [jobs.a]
        command = "x"
        on-success = "job:b"
        [jobs.b]
        command = "x"
        on-recovery = "job:c"
        [jobs.c]
        after = "b"
        command = "x"
        [jobs.a2]
        after = "a"
        command = "x"
        on-failure = "job:a"
        """))
    #expect(result.diagnostics.map(\.category) == [.state])
    #expect(result.diagnostics.map(\.line) == [11])
    #expect(Set(result.names) == ["a", "b", "c"])
  }

  @Test func `B071: a parent that is misspelt is guessed, and one in error is there`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        """
        [jobs.import]
        command = "x"
        retries = -1
        [jobs.a]
        after = "imprt"
        command = "x"
        [jobs.b]
        after = "import"
        command = "x"
        """))
    #expect(result.diagnostics.map(\.category) == [.range, .state])
    #expect(result.diagnostics[1].suggestion == "import")
    #expect(Set(result.broken.map(\.identity)).count == 2)
    #expect(result.names == ["b"])
  }
}
