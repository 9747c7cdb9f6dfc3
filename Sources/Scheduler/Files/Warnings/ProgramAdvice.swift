// SPDX-License-Identifier: Apache-2.0

/// Whether a command's program is found from wherever the command happens to run.
enum ProgramAdvice {
  /// The command's first word, where that is a relative path: `./run.sh`, `bin/run`.
  static func relativeProgram(of command: String) -> Substring? {
    for word in command.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }) {
      if isAssignment(word) { continue }
      return isRelative(word) ? word : nil
    }
    return nil
  }

  /// Whether a program's name is a path that does not begin at the root.
  static func isRelative(_ word: some StringProtocol) -> Bool {
    guard let slash = word.firstIndex(of: "/"), slash != word.startIndex else { return false }
    // `$DIR/x`, `"$DIR"/x`, `~/x` and `$(…)/x` are made into paths by the shell.
    return !word[..<slash].contains { "$`\"'~(){}<>|&;=".contains($0) }
  }

  /// `NAME=value` before a program.
  private static func isAssignment(_ word: Substring) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
    return word[..<equals].allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
  }
}
