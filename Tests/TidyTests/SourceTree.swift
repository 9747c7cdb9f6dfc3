// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The files of the repository as they lie on disk, without what builds and runs leave behind.
enum SourceTree {
  struct File: Sendable {
    /// From the repository's root: `Sources/Scheduler/Job.swift`.
    let path: String
    let text: String
    /// The lines of `text`, without their ends.
    let lines: [Substring]

    init(path: String, text: String) {
      self.path = path
      self.text = text
      lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }
  }

  static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()

  /// Every file that is text, in order of path.
  static let files: [File] = paths(below: "").sorted().compactMap { path in
    guard let bytes = bytes(of: path), !bytes.contains(0) else { return nil }
    return File(path: path, text: String(decoding: bytes, as: UTF8.self))
  }

  static func files(below folder: String, ending: String...) -> [File] {
    files.filter { file in
      file.path.hasPrefix(folder) && ending.contains { file.path.hasSuffix($0) }
    }
  }

  static func exists(_ path: String) -> Bool { access("\(root)/\(path)", F_OK) == 0 }

  /// What `.gitignore` names, and git's own folder.
  private static func isLeftBehind(_ name: String) -> Bool {
    name.hasPrefix(".build") || name.hasSuffix(".o")
      || [".git", ".state", ".swiftpm", "dist"].contains(name)
  }

  private static func paths(below folder: String) -> [String] {
    guard let directory = opendir("\(root)/\(folder)") else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != "..", !isLeftBehind(name) else { continue }
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      switch Int32(entry.pointee.d_type) {
      case Int32(DT_DIR): found += paths(below: path)
      case Int32(DT_REG): found.append(path)
      default: break
      }
    }
    return found
  }

  private static func bytes(of path: String) -> [UInt8]? {
    guard let stream = fopen("\(root)/\(path)", "r") else { return nil }
    defer { fclose(stream) }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = fread(&piece, 1, piece.count, stream)
      guard count > 0 else { return content }
      content += piece[..<count]
    }
  }
}
