// SPDX-License-Identifier: Apache-2.0

/// A function or initialiser with a body, and its length, found by counting braces.
struct SwiftFunction: Equatable {
  let name: String
  /// From 1.
  let line: Int
  /// From the line that holds `func` to the one with the closing brace.
  let lineCount: Int

  static func all(in text: SwiftText) -> [SwiftFunction] {
    text.lines.indices.compactMap { index in
      let words = SwiftText.words(text.lines[index])
      guard let (name, column) = declaration(in: text.lines[index], words) else { return nil }
      guard let last = end(of: text.lines, line: index, column: column) else { return nil }
      return SwiftFunction(name: name, line: index + 1, lineCount: last - index + 1)
    }
  }

  /// The name after `func`, or `init`, `deinit`, `subscript`, and where in the line to go on.
  private static func declaration(
    in line: Substring, _ words: [Substring]
  ) -> (String, Substring.Index)? {
    if let at = words.firstIndex(of: "func") {
      let name = at + 1 < words.count ? String(words[at + 1]) : "(an operator or a raw name)"
      return (name, words[at].endIndex)
    }
    for word in words where ["init", "deinit", "subscript"].contains(word) {
      let before = line[..<word.startIndex]
      guard before.last != ".", before.allSatisfy({ $0.isLetter || $0 == " " }) else { continue }
      return (String(word), word.endIndex)
    }
    return nil
  }

  /// The line of the brace that closes the body, or nil where there is no body.
  private static func end(of lines: [Substring], line: Int, column: Substring.Index) -> Int? {
    var brackets = 0
    var braces = 0
    for index in line..<lines.count {
      for character in index == line ? lines[index][column...] : lines[index] {
        switch character {
        case "(", "[": brackets += 1
        case ")", "]": brackets -= 1
        case "{": braces += 1
        case "}" where braces == 0: return nil
        case "}":
          braces -= 1
          // A default value's closure closes inside the parameter list.
          if braces == 0, brackets == 0 { return index }
        default: break
        }
      }
      if braces == 0, brackets == 0, !continues(after: lines[index], next: lines, index + 1) {
        return nil
      }
    }
    return nil
  }

  private static func continues(after line: Substring, next: [Substring], _ index: Int) -> Bool {
    guard index < next.count else { return false }
    let last = line.last { $0 != " " }
    let first = next[index].drop { $0 == " " }
    return last == "," || last == "&"
      || ["{", "->", "where", "throws", "rethrows", "async"].contains { first.hasPrefix($0) }
  }
}
