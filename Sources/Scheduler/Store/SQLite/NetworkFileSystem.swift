// SPDX-License-Identifier: Apache-2.0

import CLinux

/// File systems on which locks and a write-ahead log are not to be relied on, because another
/// machine has the files too.
enum NetworkFileSystem {
  /// The name of the network file system that a file is or would be on; nil where it is none.
  static func name(at path: String) -> String? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var number: UInt32 = 0
    guard unsafe clinux_file_system(folder, &number) == 0 else { return nil }
    return names[number]
  }

  /// By the numbers of statfs(2) and the kernel's `magic.h`.
  private static let names: [UInt32: String] = [
    0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x0102_1997: "9p",
    0x564C: "NCP", 0x5346_414F: "AFS", 0x7375_7245: "Coda", 0x00C3_6400: "Ceph",
    0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x0BD0_0BD0: "Lustre", 0x1983_0326: "BeeGFS",
  ]
}
