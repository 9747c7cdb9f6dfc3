// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scheduler

@Suite struct TOMLTests {
  private func parse(_ text: String) throws -> [TOMLEntry] {
    try TOMLDocument(Array(text.utf8)).entries
  }

  @Test func `keys come in the order of the file, with their places`() throws {
    let entries = try parse("zeta = 1\nalpha = \"né\"\n[b.z]\nq = [1, 'x']\n[b.a]\n")
    #expect(entries.map(\.key) == ["zeta", "alpha", "b"])
    #expect(entries[1].keyRange.line == 2 && entries[1].value.range.column == 9)
    #expect(entries[1].value.range.endColumn == 13)
    guard case .table(let tables) = entries[2].value.content else {
      Issue.record("b is no table")
      return
    }
    #expect(tables.map(\.key) == ["z", "a"])
    #expect(tables.map(\.keyRange.line) == [3, 5])
    #expect(tables.map(\.keyRange.column) == [4, 4])
  }

  @Test func `every kind of value is told`() throws {
    let text = """
      a = "s"
      b = -7
      c = 1.5
      d = true
      e = 2027-01-02T03:04:05.250+01:30
      f = 2027-01-02T03:04:05Z
      g = 2027-01-02T03:04:05
      h = 2027-01-02
      i = 03:04:05
      j = [1, [2], {}]
      k = 2027-01-02T03:04:05-08:00
      """
    let contents = try parse(text).map(\.value.content)
    #expect(contents[0] == .string("s"))
    #expect(contents[1] == .integer(-7))
    #expect(contents[2] == .float(1.5))
    #expect(contents[3] == .boolean(true))
    #expect(contents[4] == .instant("2027-01-02T03:04:05.25+01:30"))
    #expect(contents[5] == .instant("2027-01-02T03:04:05Z"))
    #expect(contents[6] == .local("2027-01-02T03:04:05"))
    #expect(contents[7] == .local("2027-01-02"))
    #expect(contents[8] == .local("03:04:05"))
    #expect(contents[10] == .instant("2027-01-02T03:04:05-08:00"))
    guard case .array(let elements) = contents[9] else {
      Issue.record("j is no array")
      return
    }
    #expect(elements.map(\.range.column) == [6, 9, 14])
  }

  @Test(
    arguments: [
      ("a = \"x", TOMLError.Kind.syntax, 1, 7), ("a = 1\na = 2", .duplicate, 2, 5),
      ("a = 01", .syntax, 1, 7), ("[a]\nb = 1\n[a]\n", .duplicate, 3, 1), ("a =", .syntax, 1, 4),
      ("é = 1 = 2", .syntax, 1, 1), ("a = 'é' x", .syntax, 1, 9),
      ("a = 1\n[#]", .syntax, 2, 2), ("é", .syntax, 1, 1), ("a = é", .syntax, 1, 5),
    ])
  func `the first fault of syntax has its place`(
    text: String, kind: TOMLError.Kind, line: Int, column: Int
  ) {
    let error = #expect(throws: TOMLError.self) { try parse(text) }
    #expect(error?.kind == kind, "\(error?.message ?? "")")
    #expect(error?.line == line)
    #expect(error?.column == column, "\(error?.message ?? "")")
  }

  @Test func `an empty file, and one with a byte order mark, are read`() throws {
    #expect(try parse("").isEmpty)
    #expect(try parse("# nothing").isEmpty)
    #expect(try parse("\u{FEFF}a = 1").map(\.keyRange.column) == [1])
  }

  @Test(
    arguments: [
      [0xFF, 0xFE, 0x61, 0x00], [0x61, 0x20, 0x3D, 0x20, 0x22, 0xC0, 0xAF, 0x22],
      [0x61, 0x00], [0xED, 0xA0, 0x80],
    ] as [[UInt8]])
  func `bytes that are no text are refused before parsing`(bytes: [UInt8]) {
    let error = #expect(throws: TOMLError.self) { try TOMLDocument(bytes) }
    #expect(error?.kind == .encoding)
  }

  @Test(
    arguments: [
      "a = " + String(repeating: "[", count: 10_000),
      "a = " + String(repeating: "{a=", count: 10_000),
      String(repeating: "a.", count: 10_000) + "a = 1",
      "[" + String(repeating: "a.", count: 10_000) + "a]",
      String(repeating: "'a' . ", count: 10_000) + "a = 1",
      "a = " + String(repeating: "{\"b.c\".d.e.f=", count: 20) + "1"
        + String(repeating: "}", count: 20),
    ])
  func `deep nesting is refused, not walked`(text: String) {
    let error = #expect(throws: TOMLError.self) { try parse(text) }
    #expect(error?.kind == .limit)
  }

  @Test func `brackets and dots in strings and comments are no nesting`() throws {
    let brackets = String(repeating: "[{.", count: 100)
    let text = """
      a = "\(brackets)\\"\(brackets)" # \(brackets)
      b = '\(brackets)'
      c = \"\"\"
      \(brackets)" ""
      \"\"\"
      d = '''\(brackets)''\(brackets)'''
      e = 1.5
      """
    #expect(try parse(text).count == 5)
  }

  @Test func `the deepest that is allowed is read`() throws {
    let depth = TOMLGuard.nestingLimit
    let text =
      "a = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(try parse(text).count == 1)
  }

  @Test func `JSON keeps the order of the file and escapes what it must`() throws {
    let entries = try parse(
      """
      z = { b = 1, a = [true, 1.5, 2.0, "q\\"\\\\\\n\\t\\u0001é\\u2028"], \
      d = 2027-01-02, i = 9007199254740993, e = {} }
      """)
    let json = try JSONText.of(entries[0].value).get()
    #expect(
      json
        == #"{"b":1,"a":[true,1.5,2.0,"q\"\\\n\t\u0001é\u2028"],"d":"2027-01-02","#
        + #""i":9007199254740993,"e":{}}"#)
  }

  @Test(arguments: ["inf", "-inf", "nan"])
  func `JSON cannot say what is not finite`(number: String) throws {
    let entries = try parse("a = [1, \(number)]")
    #expect(throws: JSONText.Unsayable.self) { try JSONText.of(entries[0].value).get() }
  }
}
