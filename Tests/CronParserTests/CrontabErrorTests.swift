// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct CrontabErrorTests {
  private static func errors(_ text: String, userColumn: Bool = false) -> [CrontabError] {
    Crontab(Array(text.utf8), userColumn: userColumn).errors
  }

  /// A line, the fault's kind, and the text that is marked.
  struct Row: Sendable, CustomTestStringConvertible {
    let line: String
    let category: CronSyntaxError.Category
    let marked: String
    var userColumn = false
    var testDescription: String { String(line.prefix(40)) }
  }

  static let rows = [
    Row(line: "* * * *", category: .syntax, marked: "* * * *"),
    Row(line: "60 * * * * x", category: .range, marked: "60"),
    Row(line: "* 24 * * * x", category: .range, marked: "24"),
    Row(line: "* * 0 * * x", category: .range, marked: "0"),
    Row(line: "* * 32 * * x", category: .range, marked: "32"),
    Row(line: "* * * 0 * x", category: .range, marked: "0"),
    Row(line: "* * * 13 * x", category: .range, marked: "13"),
    Row(line: "* * * * 8 x", category: .range, marked: "8"),
    Row(line: "*\t*\t*\t*\t8 x", category: .range, marked: "8"),
    Row(line: "  *   *   *   *   8   x", category: .range, marked: "8"),
    Row(line: "*/0 * * * * x", category: .range, marked: "0"),
    Row(line: "99999999999999999999 * * * * x", category: .range, marked: "99999999999999999999"),
    Row(line: "0 0 31 2 * x", category: .never, marked: "31 2"),
    Row(line: "- * * * * x", category: .syntax, marked: "-"),
    Row(line: "* * * * *", category: .syntax, marked: "* * * * *"),
    Row(line: "* * * * *   ", category: .syntax, marked: "* * * * *"),
    Row(line: "* * * * * %", category: .syntax, marked: "* * * * *"),
    Row(line: "@daily", category: .syntax, marked: "@daily"),
    Row(line: "@yeerly x", category: .syntax, marked: "@yeerly"),
    Row(line: "A=\"b", category: .syntax, marked: "\""),
    Row(line: "A=\"b\" c", category: .syntax, marked: "c"),
    Row(line: "=x", category: .environment, marked: "="),
    Row(line: "A B=x", category: .environment, marked: "A B=x"),
    Row(line: "export A=b", category: .environment, marked: "export A=b"),
    Row(line: "*\u{A0}* * * * x", category: .syntax, marked: "\u{A0}"),
    Row(line: "* * * *\u{3000}* x", category: .syntax, marked: "\u{3000}"),
    Row(line: "*\u{200B} * * * * x", category: .syntax, marked: "\u{200B}"),
    Row(line: "*\u{0B}* * * * x", category: .syntax, marked: "\u{0B}"),
    Row(line: "*\u{0C}* * * * x", category: .syntax, marked: "\u{0C}"),
    Row(line: "* * * * * x\0y", category: .encoding, marked: "\0"),
    Row(line: "* * * * * /bin/true", category: .user, marked: "/bin/true", userColumn: true),
    Row(line: "* * * * *", category: .user, marked: "* * * * *", userColumn: true),
    Row(line: "* * * * * root", category: .syntax, marked: "* * * * *", userColumn: true),
    Row(line: "* * * * * 0 x", category: .user, marked: "0", userColumn: true),
    Row(line: "* * * * * -u x", category: .user, marked: "-u", userColumn: true),
    Row(line: "* * * * * ../x x", category: .user, marked: "../x", userColumn: true),
    Row(line: "* * * * * root:wheel: x", category: .user, marked: "root:wheel:", userColumn: true),
  ]

  @Test(arguments: rows)
  func `a bad line says what is wrong and where`(row: Row) throws {
    let errors = Self.errors(row.line, userColumn: row.userColumn)
    let error = try #require(errors.first)
    #expect(errors.count == 1)
    #expect(error.category == row.category, "\(error.message)")
    let scalars = Array(row.line.unicodeScalars)
    let marked = scalars.dropFirst(error.column - 1).prefix(error.length)
    #expect(String(String.UnicodeScalarView(marked)) == row.marked, "\(error.message)")
  }

  @Test(arguments: rows)
  func `a bad line never changes what the lines round it say`(row: Row) {
    let good = row.userColumn ? "1 1 * * * root x" : "1 1 * * * x"
    let crontab = Crontab(
      Array("\(good)\n\(row.line)\n\(good)\n".utf8), userColumn: row.userColumn)
    #expect(crontab.entries.map(\.line) == [1, 3])
    #expect(crontab.errors.map(\.line) == [2])
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
      [0xF0, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are an error of their line`(bytes: [UInt8]) {
    let bad = Array("* * * * * é".utf8) + bytes
    let crontab = Crontab(bad + Array("\n* * * * * y".utf8))
    #expect(crontab.errors.map(\.category) == [.encoding])
    #expect(crontab.errors.map(\.column) == [12])
    #expect(crontab.entries.map(\.command) == ["y"])
  }

  @Test func `a file in UTF-16 is one error`() {
    let text: [UInt8] = [0xFF, 0xFE, 0x2A, 0, 0x20, 0, 0x0A, 0, 0x2A, 0]
    #expect(Crontab(text).errors.map(\.category) == [.encoding])
  }

  @Test func `a line of a mebibyte is an error, and the next line stands`() {
    let long = "* * * * * " + String(repeating: "x", count: 1 << 20)
    let crontab = Crontab(Array("\(long)\n* * * * * y".utf8))
    #expect(crontab.errors.map(\.category) == [.limit])
    #expect(crontab.entries.map(\.command) == ["y"])
    #expect(Crontab([UInt8](repeating: 0xFF, count: 1 << 20)).errors.map(\.category) == [.limit])
  }

  @Test func `a user's name of 300 characters is over the limit`() {
    let user = String(repeating: "u", count: 300)
    #expect(Self.errors("* * * * * \(user) x", userColumn: true).map(\.category) == [.limit])
  }

  @Test func `a line whose schedule is wrong still says which command it was for`() {
    let errors = Self.errors("60 * * * *  backup \\% x")
    #expect(errors.first?.intent?.command == "backup % x")
    #expect(errors.first?.intent?.scheduleText == "60 * * * *")
    #expect(Self.errors("* * * *").first?.intent == nil)
  }

  @Test func `a misspelt macro is answered with the nearest right one`() {
    #expect(Self.errors("@yeerly x").first?.suggestion == "@yearly")
  }
}
