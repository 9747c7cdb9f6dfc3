// SPDX-License-Identifier: Apache-2.0

/// A command line of a service: `ExecStart=` and its kin (systemd.service(5), COMMAND LINES).
struct ExecLine: Hashable {
  /// A stretch of a word.
  enum Part: Hashable {
    case text(String)
    /// `${NAME}`: a variable's value, within the word.
    case variable(String)
    /// `$NAME` as a word of its own: a variable's value, split into words.
    case words(String)
  }

  /// `-`: a failure does not count.
  var ignoresFailure = false
  /// `@`: the second word is what the process is called.
  var ownName: String?
  /// `+`, `!` and `!!`, as written.
  var privileges = ""
  var words: [[Part]] = []

  /// The command lines of one assignment, between which ` ; ` stands.
  ///
  /// Nil where a quote is not closed.
  static func parse(_ text: String, expand: (String) -> String) -> [ExecLine]? {
    guard let words = UnitWords.split(text) else { return nil }
    return words.split(separator: ";").map { line in
      ExecLine(line.map { $0 == UnitWords.semicolon ? ";" : $0 }, expand: expand)
    }
  }

  private init(_ words: [String], expand: (String) -> String) {
    var words = words
    var isLiteral = false
    var hasOwnName = false
    guard var program = words.first?[...] else { return }
    while let first = program.first, "-@:+!".contains(first) {
      program.removeFirst()
      switch first {
      case "-": ignoresFailure = true
      case "@": hasOwnName = true
      case ":": isLiteral = true
      default: privileges.append(first)
      }
    }
    words[0] = String(program)
    if hasOwnName, words.count > 1 { ownName = expand(words.remove(at: 1)) }
    self.words = words.enumerated().map { index, word in
      let text = expand(word)
      return index == 0 || isLiteral ? [.text(text)] : Self.parts(of: text)
    }
  }

  /// Finds the variables in a word; `$$` stands for `$`.
  private static func parts(of word: String) -> [Part] {
    if word.hasPrefix("$"), isName(word.dropFirst()) { return [.words(String(word.dropFirst()))] }
    var parts: [Part] = []
    var text = ""
    var rest = word[...]
    while let character = rest.popFirst() {
      if character == "$", rest.first == "$" {
        rest.removeFirst()
        text.append("$")
      } else if character == "$", rest.first == "{", let close = rest.firstIndex(of: "}"),
        isName(rest[rest.index(after: rest.startIndex)..<close])
      {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.variable(String(rest[rest.index(after: rest.startIndex)..<close])))
        rest = rest[rest.index(after: close)...]
      } else {
        text.append(character)
      }
    }
    if !text.isEmpty || parts.isEmpty { parts.append(.text(text)) }
    return parts
  }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F
    }
  }

  // MARK: As Beat has it

  /// The words, if none depends on a variable.
  var plainWords: [String]? {
    var result: [String] = []
    for word in words {
      guard word.count == 1, case .text(let text) = word[0] else { return nil }
      result.append(text)
    }
    return result
  }

  /// The line for a shell.
  var shellText: String {
    words.map { word in
      word.map { part in
        switch part {
        case .text(let text): ShellText.quoted(text)
        case .variable(let name): "\"${\(name)}\""
        case .words(let name): "$\(name)"
        }
      }.joined()
    }.joined(separator: " ")
  }
}
