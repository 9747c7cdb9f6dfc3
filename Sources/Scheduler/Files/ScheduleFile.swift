// SPDX-License-Identifier: Apache-2.0

/// A schedule file that was read.
public struct ScheduleFile: Hashable, Sendable {
  /// What is written in it.
  public enum Kind: Hashable, Sendable {
    /// Lines of five fields and a command.
    case crontab
    /// TOML.
    case jobFile
  }

  /// The file as it was opened.
  public let path: String
  /// The path below the folder that was given, with the extension: names jobs that have no name.
  public let relativeName: String
  /// What is written in it.
  public let kind: Kind
  /// A crontab's schedules are followed by the name of a user.
  public let hasUserColumn: Bool
  /// Its contents.
  public let bytes: [UInt8]

  /// A file and its contents.
  public init(
    path: String, relativeName: String, kind: Kind, hasUserColumn: Bool = false, bytes: [UInt8]
  ) {
    self.path = path
    self.relativeName = relativeName
    self.kind = kind
    self.hasUserColumn = hasUserColumn
    self.bytes = bytes
  }

  /// What a file of this name holds; nil where it is not a schedule file.
  public static func kind(ofName name: String) -> Kind? {
    if name == "crontab" || name.hasSuffix(".cron") || name.hasSuffix(".crontab") {
      return .crontab
    }
    return name.hasSuffix(".toml") ? .jobFile : nil
  }

  /// Whether a crontab at this path has a column of users: `/etc/crontab`, and what lies in a
  /// folder named `cron.d`.
  public static func hasUserColumn(path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard parts.count > 1 else { return false }
    return parts[parts.count - 2] == "cron.d" || parts.suffix(2) == ["etc", "crontab"]
  }

  /// Whether cron reads a file of this name in `/etc/cron.d`: letters, digits, `_` and `-`.
  static func isSystemName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
  }

  /// The folder that it lies in.
  var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "" : String(path[..<slash])
  }

  /// The relative name without its extension, fit to begin a job's name.
  var stem: String {
    var stem = relativeName[...]
    for ending in [".crontab", ".cron", ".toml"] where stem.hasSuffix(ending) {
      stem = stem.dropLast(ending.count)
      break
    }
    var clean = ""
    for scalar in stem.unicodeScalars {
      let isFit = JobName(String(scalar)) != nil || scalar == "-"
      clean.unicodeScalars.append(isFit ? scalar : "_")
    }
    if clean.isEmpty || clean.hasPrefix("-") { clean = "_" + clean }
    while clean.utf8.count > 120 { clean.unicodeScalars.removeLast() }
    return clean
  }
}
