// SPDX-License-Identifier: Apache-2.0

/// The settings of a unit: its file and its drop-ins, in the order in which they hold.
///
/// What is asked for is taken out, so that what nobody asked for can be told at the end.
struct UnitFile {
  struct Setting: Hashable {
    let section: String
    let key: String
    let value: String
  }

  /// What is left.
  private(set) var settings: [Setting] = []

  /// Adds a file's settings (systemd.syntax(7)): `Key=value`, `\` at a line's end goes on with the
  /// next, lines that begin with `#` or `;` are comments.
  mutating func add(_ bytes: [UInt8]) {
    var section = ""
    var pending = ""
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let text = line.trimmed
      if text.hasPrefix("#") || text.hasPrefix(";") { continue }
      if text.hasSuffix("\\") {
        pending += text.dropLast() + " "
        continue
      }
      let whole = (pending + text).trimmed
      pending = ""
      if whole.hasPrefix("["), whole.hasSuffix("]") {
        section = String(whole.dropFirst().dropLast())
      } else if let equals = whole.firstIndex(of: "=") {
        settings.append(
          Setting(
            section: section, key: String(whole[..<equals].trimmed),
            value: String(whole[whole.index(after: equals)...].trimmed)))
      }
    }
  }

  /// Takes a list: each assignment adds, and an empty one forgets those before it.
  mutating func takeAll(_ section: String, _ key: String) -> [String] {
    var values: [String] = []
    for setting in settings where setting.section == section && setting.key == key {
      if setting.value.isEmpty { values = [] } else { values.append(setting.value) }
    }
    settings.removeAll { $0.section == section && $0.key == key }
    return values
  }

  /// Takes a single value: the last assignment holds.
  mutating func take(_ section: String, _ key: String) -> String? {
    let last = settings.last { $0.section == section && $0.key == key }
    settings.removeAll { $0.section == section && $0.key == key }
    return last.flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  /// Takes a truth value, as systemd reads them.
  mutating func takeFlag(_ section: String, _ key: String) -> Bool? {
    take(section, key).map { ["1", "yes", "y", "true", "t", "on"].contains($0.lowercased()) }
  }
}

extension StringProtocol {
  /// Without blanks at both ends.
  var trimmed: SubSequence {
    var part = self[...]
    while let first = part.first, first == " " || first == "\t" { part.removeFirst() }
    while let last = part.last, last == " " || last == "\t" { part.removeLast() }
    return part
  }
}
