// SPDX-License-Identifier: Apache-2.0

/// The service manager that units were written for.
struct UnitManager {
  /// A user's own, not the system's.
  let isUser: Bool
  let home: String?
  let uid: UInt32
  let runtimeDirectory: String?
}

/// What `%` and a letter stand for in a unit's settings (systemd.unit(5), SPECIFIERS), as far as
/// the unit's name and its manager say; what only the running system knows stays as it is.
struct UnitSpecifiers {
  let unit: String
  let path: String
  let manager: UnitManager

  /// The text with its specifiers replaced, and those that could not be.
  func expand(_ text: String) -> (text: String, unknown: [String]) {
    guard text.contains("%") else { return (text, []) }
    var result = ""
    var unknown: [String] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "%", let letter = rest.first else {
        result.append(character)
        continue
      }
      rest.removeFirst()
      if letter == "%" {
        result.append("%")
      } else if let value = value(of: letter) {
        result += value
      } else {
        result += "%\(letter)"
        if letter.isLetter { unknown.append("%\(letter)") }
      }
    }
    return (result, unknown)
  }

  private func value(of letter: Character) -> String? {
    switch letter {
    case "n": unit
    case "N": stem
    case "p": prefix
    case "P": Self.unescaped(prefix)
    case "i": instance
    case "I": Self.unescaped(instance)
    case "j": String(prefix.split(separator: "-").last ?? "")
    case "J": Self.unescaped(String(prefix.split(separator: "-").last ?? ""))
    case "f": "/" + Self.unescaped(instance.isEmpty ? prefix : instance)
    case "y": path
    case "Y": ImportSource.folder(of: path)
    case "T": "/tmp"
    case "V": "/var/tmp"
    default: manager.isUser ? ownValue(of: letter) : systemValue(of: letter)
    }
  }

  private func systemValue(of letter: Character) -> String? {
    switch letter {
    case "h": "/root"
    case "u", "g": "root"
    case "U", "G": "0"
    case "s": "/bin/sh"
    case "t": "/run"
    case "S": "/var/lib"
    case "C": "/var/cache"
    case "L": "/var/log"
    case "E": "/etc"
    default: nil
    }
  }

  private func ownValue(of letter: Character) -> String? {
    switch letter {
    case "U": "\(manager.uid)"
    case "h": manager.home
    case "t": manager.runtimeDirectory
    case "S": manager.home.map { "\($0)/.local/state" }
    case "C": manager.home.map { "\($0)/.cache" }
    case "L": manager.home.map { "\($0)/.local/state/log" }
    case "E": manager.home.map { "\($0)/.config" }
    default: nil
    }
  }

  // MARK: Names

  private var stem: String {
    unit.lastIndex(of: ".").map { String(unit[..<$0]) } ?? unit
  }

  private var prefix: String { String(stem.prefix { $0 != "@" }) }

  /// What stands between `@` and the type.
  var instance: String {
    stem.firstIndex(of: "@").map { String(stem[stem.index(after: $0)...]) } ?? ""
  }

  /// `-` stands for `/`, and `\x2d` for a byte.
  private static func unescaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"), rest.count >= 3,
        let code = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte == UInt8(ascii: "-") ? UInt8(ascii: "/") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
