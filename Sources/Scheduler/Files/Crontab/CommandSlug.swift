// SPDX-License-Identifier: Apache-2.0

/// Names a command: the program's base name and the words after it, in lower case.
///
/// `/usr/bin/pg_dump app | gzip > app.gz` is `pg-dump-app`. What only prepares or guards the
/// command is passed over (`cd DIR &&`, `[ -x FILE ] &&`, `test … ||`, `NAME=value`), as long as a
/// command follows. The same text gives the same name, whatever stands round it.
package enum CommandSlug {
  /// The longest slug, in bytes.
  static let limit = 40

  /// Appends the slug of a command: letters, digits and single dashes; `job` where nothing is left.
  package static func append(of command: String, to name: inout [UInt8]) {
    let bytes = command.utf8.span
    let start = name.count
    var index = 0
    while index < bytes.count {
      let before = name.count
      let isGuard = appendSegment(bytes, &index, &name)
      guard name.count > before else { continue }
      if before > start { name.removeSubrange(start..<before) }
      if !isGuard { return }
    }
    if name.count == start { name += "job".utf8 }
  }

  // MARK: Segments

  /// Appends the words up to the next `&`, `|`, `;` or newline; `index` moves past it.
  ///
  /// Answers whether the program only prepares for, or guards, one that follows.
  private static func appendSegment(
    _ bytes: Span<UInt8>, _ index: inout Int, _ name: inout [UInt8]
  ) -> Bool {
    let start = name.count
    var isGuard = false
    var hasProgram = false
    var isFull = false
    while let word = nextWord(bytes, &index) {
      if !hasProgram, isPassedOver(bytes, word) { continue }
      if !hasProgram {
        hasProgram = true
        isGuard = guards.contains(packed(bytes, baseName(bytes, word)))
      }
      if isFull { continue }
      isFull = isRedirection(bytes, word) || !appendWord(bytes, baseName(bytes, word), start, &name)
    }
    return isGuard
  }

  /// The next word of the segment; nil at its end, which `index` then has passed.
  private static func nextWord(_ bytes: Span<UInt8>, _ index: inout Int) -> Range<Int>? {
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    let start = index
    while index < bytes.count, bytes[index] != 0x20, bytes[index] != 0x09 {
      let byte = bytes[index]
      let ends = byte == 0x26 || byte == 0x7C || byte == 0x3B || byte == 0x0A
      let isPartOfRedirection = byte == 0x26 && index > 0 && bytes[index - 1] == 0x3E
      if ends && !isPartOfRedirection { break }
      index += 1
    }
    if index > start { return start..<index }
    index += 1
    return nil
  }

  // MARK: Words

  /// Appends a word's letters and digits, with a dash for what lies between; false where it is too
  /// long.
  private static func appendWord(
    _ bytes: Span<UInt8>, _ word: Range<Int>, _ start: Int, _ name: inout [UInt8]
  ) -> Bool {
    let before = name.count
    var needsDash = before > start
    for index in word {
      let byte = bytes[index]
      guard isLetterOrDigit(byte) else {
        needsDash = name.count > start
        continue
      }
      if needsDash { name.append(0x2D) }
      needsDash = false
      name.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
      if name.count - start > limit {
        name.removeSubrange((before > start ? before : start + limit)...)
        while name.count > start, name.last == 0x2D { name.removeLast() }
        return false
      }
    }
    return true
  }

  /// A word that is no program: a bracket, a keyword, an assignment.
  private static func isPassedOver(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
    if passedOver.contains(packed(bytes, word)) { return true }
    for index in word where !isLetterOrDigit(bytes[index]) && bytes[index] != 0x5F {
      return bytes[index] == 0x3D && index > word.lowerBound
    }
    return false
  }

  private static func isRedirection(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
    for index in word where !(0x30...0x39).contains(bytes[index]) {
      return bytes[index] == 0x3E || bytes[index] == 0x3C
    }
    return false
  }

  /// What stands after the last `/` that is not at the end.
  private static func baseName(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Range<Int> {
    var end = word.upperBound
    while end > word.lowerBound + 1, bytes[end - 1] == 0x2F { end -= 1 }
    var start = end
    while start > word.lowerBound, bytes[start - 1] != 0x2F { start -= 1 }
    return start..<end
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
  }

  // MARK: Known words

  private static let passedOver = packed(["(", "{", "!", "then", "else", "do", "exec"])
  private static let guards = packed([
    "[", "[[", "cd", "if", "test", "which", "command", "export", "set", "sleep", "umask", "source",
    ".", "true", "false", "exit", "fi", "}",
  ])

  /// Up to eight bytes in one number; 0 for a longer word.
  private static func packed(_ bytes: Span<UInt8>, _ word: Range<Int>) -> UInt64 {
    guard word.count <= 8 else { return 0 }
    var number: UInt64 = 0
    for index in word { number = number << 8 | UInt64(bytes[index]) }
    return number
  }

  private static func packed(_ words: [String]) -> [UInt64] {
    words.map { $0.utf8.reduce(0) { $0 << 8 | UInt64($1) } }
  }
}
