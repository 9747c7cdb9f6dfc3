// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How a file looked at some time: enough to see that it is another now.
///
/// A link is looked at itself and through, so that one that leads elsewhere is seen.
struct ZoneFileMark: Hashable, Sendable {
  private var link: [Int64]
  private var target: [Int64]

  /// The look of the file now; a file that is not there has one, too.
  init(ofFileAt path: String) {
    var status = stat()
    link = unsafe lstat(path, &status) == 0 ? Self.numbers(of: status) : []
    target = unsafe stat(path, &status) == 0 ? Self.numbers(of: status) : []
  }

  private static func numbers(of status: stat) -> [Int64] {
    [
      Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino),
      Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
      Int64(status.st_ctim.tv_sec), Int64(status.st_ctim.tv_nsec),
    ]
  }
}
