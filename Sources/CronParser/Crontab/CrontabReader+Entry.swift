// SPDX-License-Identifier: Apache-2.0

extension CrontabReader {
  /// Reads a line as a schedule and a command.
  func entry(_ line: Line) throws(CrontabError) -> CrontabEntry {
    let end = line.range.upperBound
    var index = line.start
    let hasDash = bytes[index] == UInt8(ascii: "-")
    if hasDash { index += 1 }
    guard index < end, !CrontabVariableParser.isBlank(bytes[index]) else {
      throw fault(
        .syntax, "`-` without a schedule", in: line.start..<line.start + 1, line: line,
        expected: "the minute directly after the `-`")
    }
    let raw = try scheduleRange(from: index, line)
    guard raw.count <= Self.scheduleLimit else {
      throw fault(
        .limit, "the schedule is longer than \(Self.scheduleLimit) bytes",
        in: raw.lowerBound..<raw.lowerBound + 1, line: line)
    }
    var rest = raw.upperBound
    CrontabVariableParser.skipBlanks(bytes, &rest, end)
    let user = hasUserColumn ? word(&rest, end) : nil
    let option = options(&rest, end)
    let (command, input) = CrontabCommand.split(bytes, rest..<end)
    let scheduleText = spaced(raw)
    let intent = CrontabIntent(scheduleText: scheduleText, command: command)
    let (schedule, isSpread) = try schedule(scheduleText, raw, line, intent)
    let name = try user.map { range throws(CrontabError) in try self.user(range, line, intent) }
    guard !command.utf8.allSatisfy(CrontabVariableParser.isBlank) else {
      throw fault(
        .syntax, "no command after the schedule\(hasUserColumn ? " and the user" : "")",
        in: raw, line: line, expected: "a command")
    }
    let (environment, version, zone) = inForce
    return CrontabEntry(
      line: line.number, bytes: line.range, schedule: schedule, isSpread: isSpread,
      scheduleText: scheduleText, scheduleColumn: column(of: raw.lowerBound, line), user: name,
      userColumn: user.map { column(of: $0.lowerBound, line) } ?? 0, command: command,
      commandColumn: column(of: rest, line), input: input, environment: environment,
      environmentVersion: version, zone: zone, isQuiet: hasDash || option.quiet,
      mailsOnlyFailures: option.failures)
  }

  // MARK: Schedule

  /// The bytes of five fields, of a macro, or of `@every` and its period.
  private func scheduleRange(from start: Int, _ line: Line) throws(CrontabError) -> Range<Int> {
    let end = line.range.upperBound
    var index = start
    let isMacro = bytes[start] == UInt8(ascii: "@")
    let first = word(&index, end)
    var last = first.upperBound
    var count = 1
    let wanted = isMacro ? (isEvery(first) ? 2 : 1) : 5
    while count < wanted, index < end {
      last = word(&index, end).upperBound
      count += 1
    }
    if isMacro || count == wanted { return start..<last }
    if let odd = oddSeparator(start..<end, line) { throw odd }
    throw fault(
      .syntax, "a job needs five fields and a command; here \(count == 1 ? "is" : "are") \(count)",
      in: start..<end, line: line,
      expected: "minute hour day-of-month month day-of-week command")
  }

  /// The word at `index`, which moves past it and the blanks after it.
  private func word(_ index: inout Int, _ end: Int) -> Range<Int> {
    let start = index
    while index < end, !CrontabVariableParser.isBlank(bytes[index]) { index += 1 }
    let word = start..<index
    CrontabVariableParser.skipBlanks(bytes, &index, end)
    return word
  }

  private func isEvery(_ word: Range<Int>) -> Bool {
    word.count == 6 && bytes[word].dropFirst().elementsEqual("every".utf8) { $0 | 0x20 == $1 }
  }

  /// The text of a schedule with one space between fields.
  private func spaced(_ range: Range<Int>) -> String {
    var isSpaced = true
    for index in range where CrontabVariableParser.isBlank(bytes[index]) {
      if bytes[index] == 0x09 || CrontabVariableParser.isBlank(bytes[index + 1]) {
        isSpaced = false
        break
      }
    }
    if isSpaced { return String(decoding: bytes[range], as: UTF8.self) }
    var text: [UInt8] = []
    for index in range {
      if !CrontabVariableParser.isBlank(bytes[index]) {
        text.append(bytes[index])
      } else if text.last != 0x20 {
        text.append(0x20)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func schedule(_ text: String, _ raw: Range<Int>, _ line: Line, _ intent: CrontabIntent)
    throws(CrontabError) -> (Schedule, isSpread: Bool)
  {
    if let schedule = try? Schedule(crontab: text) { return (schedule, false) }
    do {
      return (try Schedule(crontab: text, spread: SpreadSeed(unnamed: text)), true)
    } catch {
      if let odd = oddSeparator(raw, line, intent) { throw odd }
      let start = place(of: error.offset, in: raw)
      let end = max(start + 1, place(of: error.offset + max(1, error.length), in: raw))
      // A command stands where the last field should, and is none.
      let isShort =
        intent.command.isEmpty && start < raw.upperBound
        && !bytes[start..<raw.upperBound].contains(where: CrontabVariableParser.isBlank)
      let expected =
        isShort
        ? "five fields and then a command: one of the fields may be missing"
        : Self.beginsWithField(intent.command) ? fiveFields : error.expected
      throw fault(
        error.category, error.message, in: start..<end, line: line, expected: expected,
        suggestion: error.suggestion, intent: intent)
    }
  }

  private var fiveFields: String {
    "five fields: the line seems to have six, and a crontab has no seconds"
  }

  /// Whether the first word of a command could be a field of a schedule: one field too many stands
  /// before the command.
  package static func beginsWithField(_ command: String) -> Bool {
    let word = command.prefix { $0 != " " && $0 != "\t" }
    guard let first = word.utf8.first, (1...64).contains(word.utf8.count) else { return false }
    let isSign = first == UInt8(ascii: "*") || first == UInt8(ascii: "?") || first.isDigit
    let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    guard isSign || days.contains(word.prefix(3).lowercased()) else { return false }
    return (try? CronExpression("* * * * \(word)")) != nil
      || (try? CronExpression("\(word) * * * *")) != nil
  }

  /// Where in the file a byte of the spaced text stands.
  private func place(of offset: Int, in raw: Range<Int>) -> Int {
    var index = raw.lowerBound
    var left = max(0, offset)
    while left > 0, index < raw.upperBound {
      let isBlank = CrontabVariableParser.isBlank(bytes[index])
      index += 1
      if isBlank { CrontabVariableParser.skipBlanks(bytes, &index, raw.upperBound) }
      left -= 1
    }
    return index
  }

  /// A character that looks like a blank on the screen and is none.
  private func oddSeparator(_ range: Range<Int>, _ line: Line, _ intent: CrontabIntent? = nil)
    -> CrontabError?
  {
    var index = range.lowerBound
    for scalar in String(decoding: bytes[range].prefix(1_024), as: UTF8.self).unicodeScalars {
      let width = UTF8.width(scalar)
      let isOdd =
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
      if isOdd, scalar != " ", scalar != "\t" {
        let name = scalar.properties.name.map { " (\($0))" } ?? ""
        return fault(
          .syntax, "U+\(hex(scalar.value, 4))\(name) does not separate fields",
          in: index..<index + width, line: line, expected: "a space or a tab", intent: intent)
      }
      index += width
    }
    return nil
  }

  // MARK: User and options

  private func user(_ range: Range<Int>, _ line: Line, _ intent: CrontabIntent)
    throws(CrontabError) -> String
  {
    guard !range.isEmpty else {
      throw fault(
        .user, "no user and no command after the schedule",
        in: line.start..<line.range.upperBound, line: line,
        expected: "the name of a user, then a command")
    }
    guard range.count <= 256 else {
      throw fault(
        .limit, "the user's name is longer than 256 bytes", in: range, line: line, intent: intent)
    }
    let text = String(decoding: bytes[range], as: UTF8.self)
    guard Self.isUserName(text) else {
      throw fault(
        .user, "`\(text)` cannot be the name of a user", in: range, line: line,
        expected: "a name of letters, digits, `_`, `.` and `-`", intent: intent)
    }
    return text
  }

  /// A name as `useradd` and directory services give them; never a number, a path or an option.
  package static func isUserName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else {
      return false
    }
    var body = text[...]
    if body.last == "$" { body.removeLast() }
    var hasLetter = false
    for byte in body.utf8 {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): hasLetter = true
      case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "@"): continue
      default: return false
      }
    }
    return hasLetter
  }

  /// Takes cronie's `-n` and `-q` off the front of a command.
  private func options(_ index: inout Int, _ end: Int) -> (failures: Bool, quiet: Bool) {
    var (failures, quiet) = (false, false)
    while index + 2 < end, bytes[index] == UInt8(ascii: "-"),
      CrontabVariableParser.isBlank(bytes[index + 2])
    {
      switch bytes[index + 1] {
      case UInt8(ascii: "n"): failures = true
      case UInt8(ascii: "q"): quiet = true
      default: return (failures, quiet)
      }
      index += 2
      CrontabVariableParser.skipBlanks(bytes, &index, end)
    }
    return (failures, quiet)
  }
}
