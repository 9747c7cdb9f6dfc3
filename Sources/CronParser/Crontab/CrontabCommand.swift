// SPDX-License-Identifier: Apache-2.0

/// The `%` rule: what the shell gets, and what the command reads.
///
/// The first `%` without a backslash before it ends the command; what follows is standard input, in
/// which each further one is a newline, and a last newline is added where it is missing. `\%`
/// stands for `%`. The scan knows no quotes, and a backslash takes only the next character's
/// meaning away, so `\\%` ends the command. (cronie `do_command.c`, the same in Vixie 4 and
/// Debian.)
enum CrontabCommand {
  /// Splits the bytes of a line's command.
  static func split(_ bytes: [UInt8], _ range: Range<Int>) -> (command: String, input: String?) {
    guard bytes[range].contains(UInt8(ascii: "%")) else {
      return (String(decoding: bytes[range], as: UTF8.self), nil)
    }
    var command: [UInt8] = []
    var escaped = false
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      index += 1
      if escaped {
        if byte == UInt8(ascii: "%") { command.removeLast() }
        escaped = false
      } else if byte == UInt8(ascii: "%") {
        let input = input(bytes, index..<range.upperBound)
        return (String(decoding: command, as: UTF8.self), input)
      } else {
        escaped = byte == UInt8(ascii: "\\")
      }
      command.append(byte)
    }
    return (String(decoding: command, as: UTF8.self), nil)
  }

  private static func input(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    var input: [UInt8] = []
    var escaped = false
    for byte in bytes[range] {
      var byte = byte
      if escaped {
        if byte != UInt8(ascii: "%") { input.append(UInt8(ascii: "\\")) }
      } else if byte == UInt8(ascii: "%") {
        byte = UInt8(ascii: "\n")
      }
      escaped = byte == UInt8(ascii: "\\")
      if !escaped { input.append(byte) }
    }
    if escaped { input.append(UInt8(ascii: "\\")) }
    if let last = input.last, last != UInt8(ascii: "\n") { input.append(UInt8(ascii: "\n")) }
    return String(decoding: input, as: UTF8.self)
  }
}
