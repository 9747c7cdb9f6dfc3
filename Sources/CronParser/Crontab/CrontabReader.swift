// SPDX-License-Identifier: Apache-2.0

/// Reads a crontab line by line: the grammar of cronie and Debian's cron.
///
/// 1. A line in error never changes what another line says.
/// 2. Blank lines, and lines whose first character is `#`, say nothing.
/// 3. A line is tried as a variable first, then as an entry.
/// 4. A variable holds for the entries below it. Nothing is expanded.
/// 5. A last line without a line end counts; the `\r` of a `\r\n` and a byte order mark are
///    dropped.
///
/// It does no I/O and never traps, whatever the bytes.
public struct CrontabReader: Sendable {
  /// The longest line, in bytes.
  public static let lineLimit = 64 * 1024
  /// The longest schedule, in bytes.
  public static let scheduleLimit = 4 * 1024
  /// The most lines that set a variable for the commands, in one file.
  public static let variableLimit = 1_000

  /// The file had `\r` before a line end.
  public private(set) var droppedCarriageReturn = false
  /// The file began with a byte order mark.
  public let droppedByteOrderMark: Bool

  let bytes: [UInt8]
  let hasUserColumn: Bool
  private var position: Int
  private var line = 0
  private var environment: [CrontabVariable] = []
  private var environmentVersion = 0
  private var zone: CrontabVariable?
  private var variableLines = 0

  /// A reader of a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - userColumn: the schedule is followed by the name of a user, as in `/etc/crontab`.
  public init(_ bytes: [UInt8], userColumn: Bool = false) {
    self.bytes = bytes
    hasUserColumn = userColumn
    droppedByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    position = droppedByteOrderMark ? 3 : 0
  }

  /// What the next line that says anything says; nil at the end of the file.
  public mutating func next() -> CrontabLine? {
    while position < bytes.count {
      if let wrong = utf16Mark() { return wrong }
      let (range, plain) = nextLine()
      if let wrong = refuse(range, plain: plain) { return wrong }
      var start = range.lowerBound
      CrontabVariableParser.skipBlanks(bytes, &start, range.upperBound)
      guard start < range.upperBound, bytes[start] != UInt8(ascii: "#") else { continue }
      return read(Line(number: line, range: range, start: start))
    }
    return nil
  }

  /// A line that says something.
  struct Line {
    let number: Int
    let range: Range<Int>
    /// Its first byte that is no blank.
    let start: Int
  }

  private mutating func read(_ line: Line) -> CrontabLine {
    let outcome = CrontabVariableParser.parse(bytes, line.start..<line.range.upperBound)
    if case .variable(let name, let value) = outcome { return variable(line, name, value) }
    do {
      return .entry(try entry(line))
    } catch {
      return .error(variableError(line, outcome) ?? error)
    }
  }

  // MARK: Lines

  /// The bytes of the next line without its end, and whether all are ASCII and none NUL.
  private mutating func nextLine() -> (Range<Int>, plain: Bool) {
    let start = position
    var seen: UInt8 = 0
    var hasZero = false
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x0A { break }
      seen |= byte
      if byte == 0 { hasZero = true }
      position += 1
    }
    var end = position
    let hasLineEnd = position < bytes.count
    if hasLineEnd { position += 1 }
    line += 1
    if end > start, bytes[end - 1] == 0x0D {
      end -= 1
      droppedCarriageReturn = true
    }
    return (start..<end, seen < 0x80 && !hasZero)
  }

  private mutating func utf16Mark() -> CrontabLine? {
    guard position == 0 else { return nil }
    guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else { return nil }
    position = bytes.count
    return .error(
      CrontabError(
        line: 1, bytes: 0..<0, column: 1, length: 1, message: "the file is UTF-16",
        expected: "UTF-8", suggestion: nil, category: .encoding, intent: nil))
  }

  private func refuse(_ range: Range<Int>, plain: Bool) -> CrontabLine? {
    if range.count > Self.lineLimit {
      let shown = range.lowerBound..<range.lowerBound + 80
      let cut = UTF8Check.firstInvalid(in: bytes, shown) ?? shown.upperBound
      return .error(
        fault(
          .limit, "the line is longer than 64 KiB", in: range.lowerBound..<cut,
          line: Line(number: line, range: shown, start: shown.lowerBound),
          expected: "at most \(Self.lineLimit) bytes"))
    }
    guard !plain else { return nil }
    let whole = Line(number: line, range: range, start: range.lowerBound)
    if let bad = UTF8Check.firstInvalid(in: bytes, range) {
      return .error(
        fault(
          .encoding, "byte 0x\(hex(bytes[bad], 2)) is not UTF-8", in: bad..<bad + 1, line: whole,
          expected: "text in UTF-8"))
    }
    guard let zero = range.first(where: { bytes[$0] == 0 }) else { return nil }
    return .error(fault(.encoding, "a NUL byte in the line", in: zero..<zero + 1, line: whole))
  }

  // MARK: Variables

  private mutating func variable(_ line: Line, _ name: Range<Int>, _ value: Range<Int>)
    -> CrontabLine
  {
    guard !name.isEmpty else {
      return .error(
        fault(
          .environment, "a variable without a name", in: line.start..<line.start + 1, line: line,
          expected: "NAME = value"))
    }
    let variable = CrontabVariable(
      name: String(decoding: bytes[name], as: UTF8.self),
      value: String(decoding: bytes[value], as: UTF8.self),
      line: line.number, bytes: line.range,
      nameColumn: column(of: name.lowerBound, line), valueColumn: column(of: value.lowerBound, line)
    )
    if variable.name.hasPrefix("BEAT_") { return .directive(variable) }
    if variable.name == "MAILTO" || variable.name == "MAILFROM", !isMailSafe(variable.value) {
      return .error(
        fault(
          .environment, "\(variable.name) is no address that mail is sent to", in: value,
          line: line, expected: "addresses that begin with no `-` and hold no control character"))
    }
    variableLines += 1
    guard variableLines <= Self.variableLimit else {
      return .error(
        fault(
          .limit, "more than \(Self.variableLimit) variables in one file", in: name, line: line))
    }
    set(variable)
    return .variable(variable)
  }

  /// Nothing in it could be an option of the program that sends mail, or a second header.
  private func isMailSafe(_ text: String) -> Bool {
    let parts = text.split { $0 == "," || $0 == " " }
    return parts.allSatisfy { !$0.hasPrefix("-") }
      && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  private mutating func set(_ variable: CrontabVariable) {
    environmentVersion += 1
    if variable.name == "CRON_TZ" { zone = variable }
    if let index = environment.firstIndex(where: { $0.name == variable.name }) {
      environment[index] = variable
    } else {
      environment.append(variable)
    }
  }

  /// What is wrong with a line that was meant to be a variable, as far as that can be told.
  private func variableError(_ line: Line, _ outcome: CrontabVariableParser.Outcome)
    -> CrontabError?
  {
    guard case .other(let at, let fault) = outcome else { return nil }
    let rest = at..<line.range.upperBound
    switch fault {
    case .nameQuoteOpen:
      return self.fault(.syntax, "the quote is not closed", in: at..<at + 1, line: line)
    case .valueQuoteOpen:
      return self.fault(
        .syntax, "the quote is not closed", in: at..<at + 1, line: line,
        expected: "the same quote at the end of the value")
    case .textAfterQuote:
      return self.fault(
        .syntax, "text after the closing quote", in: rest, line: line,
        expected: "quotes round the whole value, or none")
    case .noEquals:
      guard looksLikeName(bytes[line.start]), bytes[rest].contains(UInt8(ascii: "=")) else {
        return nil
      }
      return self.fault(
        .environment, "neither a variable nor a job: the variable's name has a blank in it",
        in: line.start..<line.range.upperBound, line: line, expected: "NAME = value",
        suggestion: withoutExport(line))
    }
  }

  /// The line without the shell's `export` before it.
  private func withoutExport(_ line: Line) -> String? {
    let text = bytes[line.start..<line.range.upperBound]
    guard text.count <= 200, text.starts(with: Array("export ".utf8)) else { return nil }
    return String(decoding: text.dropFirst("export ".utf8.count), as: UTF8.self)
  }

  private func looksLikeName(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte & 0xDF) || byte == UInt8(ascii: "_")
  }

  // MARK: Positions

  /// The column, from 1 and in code points, of a byte of a line.
  func column(of index: Int, _ line: Line) -> Int {
    UTF8Check.scalarCount(of: bytes, line.range.lowerBound..<index) + 1
  }

  /// An error over a stretch of a line's bytes.
  func fault(
    _ category: CronSyntaxError.Category, _ message: String, in range: Range<Int>, line: Line,
    expected: String? = nil, suggestion: String? = nil, intent: CrontabIntent? = nil
  ) -> CrontabError {
    let end = min(range.upperBound, line.range.upperBound)
    let length = UTF8Check.scalarCount(of: bytes, min(range.lowerBound, end)..<end)
    return CrontabError(
      line: line.number, bytes: line.range, column: column(of: range.lowerBound, line),
      length: max(1, length), message: message, expected: expected, suggestion: suggestion,
      category: category, intent: intent)
  }
}

extension CrontabReader {
  /// An entry's surroundings, as they stand at its line.
  var inForce: (environment: [CrontabVariable], version: Int, zone: CrontabVariable?) {
    (environment, environmentVersion, zone)
  }
}

/// A number in hexadecimal, with at least so many digits.
func hex(_ number: some BinaryInteger, _ digits: Int) -> String {
  let text = String(number, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
