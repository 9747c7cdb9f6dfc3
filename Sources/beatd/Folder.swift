// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Folders that beatd makes where they are missing.
enum Folder {
  /// Whether a path is a folder.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes the folders above a file, for the owner alone.
  ///
  /// - Throws: ``FolderError``.
  static func make(above path: String) throws(FolderError) {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    try make(String(path[..<slash]))
  }

  private static func make(_ path: String) throws(FolderError) {
    if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw FolderError(path: path, code: errno)
    }
    try make(String(path[..<slash]))
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw FolderError(path: path, code: errno)
    }
  }
}

/// A folder could not be made.
struct FolderError: Error, CustomStringConvertible {
  let path: String
  let code: Int32

  var description: String {
    "cannot make the folder \(path): \(unsafe String(cString: strerror(code)))"
  }
}
