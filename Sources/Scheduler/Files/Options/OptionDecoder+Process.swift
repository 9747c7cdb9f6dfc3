// SPDX-License-Identifier: Apache-2.0

import CronParser

/// The options of a process's surroundings.
extension OptionDecoder {
  /// The name of a user whom the daemon can run processes as.
  mutating func user(_ value: TOMLValue) -> String? {
    let takes = "the name of a user"
    guard let name = string(value, "user", takes: takes) else { return nil }
    guard name.utf8.count <= 256 else {
      fail(.limit, "the user's name is longer than 256 bytes", at: value.range)
      return nil
    }
    guard CrontabReader.isUserName(name) else {
      fail(
        .user, "`user` cannot be \"\(Diagnostic.shown(name))\"", at: value.range,
        expected: "a name of letters, digits, `_`, `.` and `-`")
      return nil
    }
    guard let fault = UserFault(name, in: context) else { return name }
    guard fault.isWarning else {
      fail(
        .user, fault.message, at: value.range, expected: fault.expected,
        suggestion: fault.suggestion)
      return nil
    }
    warn(
      .user, fault.message, at: value.range, expected: fault.expected,
      suggestion: fault.suggestion)
    return name
  }

  /// A file of variables; with `-` before its path it may be absent.
  mutating func environmentFile(_ value: TOMLValue) -> String? {
    guard case .string(let text) = value.content, text.hasPrefix("-") else {
      return file(value, "environment-file")
    }
    let path = TOMLValue(content: .string(String(text.dropFirst())), range: value.range)
    return file(path, "environment-file").map { "-" + $0 }
  }

  /// Permission bits in octal: `"027"` or `0o027`.
  mutating func fileMask(_ value: TOMLValue) -> UInt32? {
    let takes = "a mask in octal, such as \"027\""
    switch value.content {
    case .string(let text):
      if let mask = Self.octal(text) { return mask }
      fail(
        .range, "`umask` cannot be \"\(Diagnostic.shown(text))\"", at: value.range, expected: takes)
    case .integer(let number) where (0...0o777).contains(number) && isOctal(value, number):
      return UInt32(number)
    case .integer(let number):
      fail(
        .range, "\(number) is no mask in octal", at: value.range, expected: takes,
        suggestion: Self.octal("\(number)") == nil ? nil : "0\(number)")
    default: wrongType(value, "umask", takes: takes)
    }
    return nil
  }

  private static func octal(_ text: String) -> UInt32? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
      let mask = UInt32(text, radix: 8), mask <= 0o777
    else { return nil }
    return mask
  }

  /// TOML reads `0o27` and `23` as one number; the width of what is written tells them apart.
  private func isOctal(_ value: TOMLValue, _ number: Int64) -> Bool {
    number == 0 || value.range.length > "\(number)".utf8.count
  }

  /// What the process may use: a table.
  mutating func limits(_ value: TOMLValue) -> ProcessLimits? {
    let takes = "a table, such as { memory = \"512M\", cpu = \"10m\" }"
    guard case .table(let entries) = value.content else {
      wrongType(value, "limits", takes: takes)
      return nil
    }
    let before = faults.count
    var limits = ProcessLimits()
    for entry in entries {
      let (key, value) = (entry.key, entry.value)
      switch key {
      case "cpu": limits.cpu = span(value, key)
      case "memory": limits.memory = size(value, key)
      case "file-size": limits.fileSize = size(value, key)
      case "core": limits.core = size(value, key)
      case "open-files": limits.openFiles = integer(value, key, in: 0...1_048_576).map(Int64.init)
      case "processes": limits.processes = integer(value, key, in: 0...4_194_304).map(Int64.init)
      default:
        unknown(
          entry, in: "limits",
          among: ["cpu", "memory", "file-size", "core", "open-files", "processes"])
      }
    }
    return faults.count == before ? limits : nil
  }

  /// A number of bytes: an integer, or text with K, M, G or T (powers of 1024).
  mutating func size(_ value: TOMLValue, _ key: String) -> Int64? {
    let takes = "a size, such as \"512M\" or a number of bytes"
    switch value.content {
    case .integer(let number) where number >= 0: return number
    case .integer(let number):
      fail(.range, "\(number) is out of range for `\(key)`", at: value.range, expected: takes)
    case .string(let text):
      if let size = Self.bytes(text) { return size }
      fail(
        .range, "`\(key)` cannot be \"\(Diagnostic.shown(text))\"", at: value.range,
        expected: takes)
    default: wrongType(value, key, takes: takes)
    }
    return nil
  }

  private static func bytes(_ text: String) -> Int64? {
    var digits = text[...]
    var shift: Int64 = 0
    if let unit = digits.last, let place = ["K", "M", "G", "T"].firstIndex(of: unit.uppercased()) {
      digits.removeLast()
      shift = Int64(place + 1) * 10
    }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int64(digits)
    else { return nil }
    let (size, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
    return overflow ? nil : size
  }

  /// True, false, or the names of variables.
  mutating func inherited(_ value: TOMLValue) -> InheritedEnvironment? {
    switch value.content {
    case .boolean(let flag): return flag ? .all : InheritedEnvironment.none
    case .array(let elements):
      let before = faults.count
      let names = elements.compactMap { variableName($0) }
      return faults.count == before ? .names(names) : nil
    default:
      wrongType(
        value, "inherit-environment", takes: "true, false, or a list of names of variables")
      return nil
    }
  }

  private mutating func variableName(_ value: TOMLValue) -> String? {
    guard let name = string(value, "inherit-environment") else { return nil }
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else {
      fail(
        .environment, "\"\(Diagnostic.shown(name))\" cannot be the name of a variable",
        at: value.range, expected: "a name that is not empty and has no `=`")
      return nil
    }
    return name
  }

  /// Reports a key that a table of an option does not have.
  mutating func unknown(_ entry: TOMLEntry, in option: String, among known: [String]) {
    fail(
      .key, "unknown option \"\(Diagnostic.shown(entry.key))\" in `\(option)`",
      at: entry.keyRange,
      expected: known.dropLast().joined(separator: ", ") + " or " + (known.last ?? ""),
      suggestion: nearestName(to: entry.key, among: known))
  }
}
