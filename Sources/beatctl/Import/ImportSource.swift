// SPDX-License-Identifier: Apache-2.0

/// A file to import.
struct ImportSource: Hashable, Sendable {
  /// As it was given.
  let path: String
  let bytes: [UInt8]

  /// The path's last part.
  var name: String { Self.name(of: path) }

  /// A path's last part.
  static func name(of path: String) -> String {
    String(path.split(separator: "/").last ?? Substring(path))
  }

  /// The folder that a path lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// Files as an importer finds them.
struct FileLibrary: Sendable {
  /// A file's bytes; nil where there is none.
  var read: @Sendable (String) -> [UInt8]?
  /// The names in a folder; nil where there is none.
  var list: @Sendable (String) -> [String]?
}
