// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A folder that is removed with its contents when the value goes away.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes the folder.
  public init() {
    var template = Array("/tmp/beat-test-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template)!)
  }

  deinit {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      if unlink(path(name)) != 0 { rmdir(path(name)) }
    }
    closedir(folder)
    rmdir(path)
  }

  /// A path in it.
  public func path(_ name: String) -> String { "\(path)/\(name)" }
}
