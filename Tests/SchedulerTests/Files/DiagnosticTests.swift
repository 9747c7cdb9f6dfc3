// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

@Suite struct DiagnosticTests {
  private func diagnostic(
    _ line: String?, column: Int, length: Int, message: String = "wrong", expected: String? = nil,
    suggestion: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .error, .key, file: "jobs.toml", line: 12, column: column, length: length, message: message,
      expected: expected, suggestion: suggestion, sourceLine: line)
  }

  @Test func `a diagnostic reads like a compiler's`() {
    let text = diagnostic(
      "  retrys = 3", column: 3, length: 6, message: "unknown option \"retrys\"",
      expected: "an option", suggestion: "retries"
    ).rendered
    #expect(
      text == """
        jobs.toml:12:3: error: unknown option "retrys" [E_KEY]
          retrys = 3
          ^~~~~~
          expected an option
          did you mean "retries"?
        """)
  }

  @Test func `tabs stay tabs above and below, so that the caret stands under its column`() {
    let text = diagnostic("\t*\t* x", column: 4, length: 1).rendered
    #expect(text.split(separator: "\n")[1...] == ["\t*\t* x", "\t \t^"])
  }

  @Test func `the caret counts code points, not bytes`() {
    let text = diagnostic("né = \"ü\" !", column: 10, length: 1).rendered
    #expect(text.hasSuffix("\n         ^"))
  }

  @Test(
    arguments: [
      "\u{1B}", "\u{0}", "\u{7F}", "\u{85}", "\u{9B}", "\u{202A}", "\u{202E}", "\u{2066}",
      "\u{2069}", "\u{2028}", "\u{2029}", "\u{200F}", "\r",
    ])
  func `hostile characters are escaped wherever they stand`(hostile: String) {
    let text = Diagnostic(
      .error, .key, file: "a\(hostile)b", line: 1, column: 3, length: 2, message: "m\(hostile)",
      expected: "e\(hostile)", suggestion: "s\(hostile)", sourceLine: "x\(hostile)y z"
    ).rendered
    #expect(!text.unicodeScalars.contains { hostile.unicodeScalars.contains($0) })
    let escape = "\\u{\(String(hostile.unicodeScalars.first!.value, radix: 16))}"
    let lines = text.split(separator: "\n")
    #expect(lines[1] == "x\(escape)y z")
    #expect(lines[2] == String(repeating: " ", count: 1 + escape.count) + "^~")
  }

  @Test func `of a long line the stretch round the fault is shown`() {
    let line = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
    let lines = diagnostic(line, column: 501, length: 1).rendered.split(separator: "\n")
    #expect(lines[1].count == 122)
    #expect(lines[1].hasPrefix("…a") && lines[1].hasSuffix("b…"))
    let caret = lines[2].count - 1
    #expect(lines[1].dropFirst(caret).first == "X")
  }

  @Test func `a column beyond the line is shown at its end`() {
    #expect(diagnostic("ab", column: 99, length: 9).rendered.hasSuffix("\nab\n  ^"))
    #expect(diagnostic("", column: 1, length: 1).rendered.hasSuffix("\n\n^"))
  }

  @Test func `text of a file is cut after 80 characters`() {
    let shown = Diagnostic.shown(String(repeating: "é", count: 200))
    #expect(shown.count == 81 && shown.hasSuffix("…"))
  }

  @Test func `a fault of a whole file has no place`() {
    let text = Diagnostic(wholeFile: "/etc/x", .owner, "is not a regular file").rendered
    #expect(text == "/etc/x: error: is not a regular file [E_OWNER]")
  }
}
