// SPDX-License-Identifier: Apache-2.0

/// Splits a setting's value into words as systemd does: blanks separate, `'…'` and `"…"` hold
/// together, `\` begins an escape of C (systemd.syntax(7), QUOTING).
enum UnitWords {
  /// A `;` that separates no commands: written so, or between quotes.
  static let semicolon = "\\;"

  /// The words; nil where a quote is not closed.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var scanner = Scanner(rest: Array(text.unicodeScalars)[...])
    while let word = scanner.next() {
      guard let word else { return nil }
      words.append(word)
    }
    return words
  }

  private struct Scanner {
    var rest: ArraySlice<Unicode.Scalar>

    /// Nil at the end; `.some(nil)` where a quote is not closed.
    mutating func next() -> String?? {
      while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
      guard !rest.isEmpty else { return nil }
      var word = String.UnicodeScalarView()
      var quote: Unicode.Scalar?
      var hasQuotes = false
      while let scalar = rest.popFirst() {
        if scalar == "\\" {
          appendEscape(to: &word)
        } else if let open = quote {
          if scalar == open { quote = nil } else { word.append(scalar) }
        } else if scalar == "'" || scalar == "\"" {
          quote = scalar
          hasQuotes = true
        } else if scalar == " " || scalar == "\t" {
          break
        } else {
          word.append(scalar)
        }
      }
      if hasQuotes, word.elementsEqual([";"]) { return UnitWords.semicolon }
      return .some(quote == nil ? String(word) : nil)
    }

    private mutating func appendEscape(to word: inout String.UnicodeScalarView) {
      guard let letter = rest.popFirst() else { return word.append("\\") }
      switch letter {
      case "a": word.append("\u{07}")
      case "b": word.append("\u{08}")
      case "f": word.append("\u{0C}")
      case "n": word.append("\n")
      case "r": word.append("\r")
      case "t": word.append("\t")
      case "v": word.append("\u{0B}")
      case "s": word.append(" ")
      case "\\", "\"", "'": word.append(letter)
      case "x": appendCode(2, radix: 16, letter, to: &word)
      case "u": appendCode(4, radix: 16, letter, to: &word)
      case "U": appendCode(8, radix: 16, letter, to: &word)
      case "0"..."7":
        rest = [letter] + rest
        appendCode(3, radix: 8, nil, to: &word)
      default:
        word.append("\\")
        word.append(letter)
      }
    }

    /// A code of so many digits; where they are none, what is written.
    private mutating func appendCode(
      _ count: Int, radix: Int, _ letter: Unicode.Scalar?, to word: inout String.UnicodeScalarView
    ) {
      var digits = String.UnicodeScalarView()
      digits.append(contentsOf: rest.prefix(count))
      if digits.count == count, let code = UInt32(String(digits), radix: radix), code > 0,
        let scalar = Unicode.Scalar(code)
      {
        word.append(scalar)
        rest = rest.dropFirst(count)
        return
      }
      word.append("\\")
      if let letter {
        word.append(letter)
      } else if let first = rest.popFirst() {
        word.append(first)
      }
    }
  }
}
