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
  /// Its contents.
  public let bytes: [UInt8]

  /// A file and its contents.
  public init(path: String, relativeName: String, kind: Kind, bytes: [UInt8]) {
    self.path = path
    self.relativeName = relativeName
    self.kind = kind
    self.bytes = bytes
  }

  /// What a file of this name holds; nil where it is not a schedule file.
  public static func kind(ofName name: String) -> Kind? {
    if name == "crontab" || name.hasSuffix(".cron") || name.hasSuffix(".crontab") {
      return .crontab
    }
    return name.hasSuffix(".toml") ? .jobFile : nil
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
