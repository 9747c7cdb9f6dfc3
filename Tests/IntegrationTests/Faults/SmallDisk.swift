// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file system of few bytes and inodes that only the beatd sees that is started through it.
struct SmallDisk {
  let beat: Beat
  var megabytes = 24
  var inodes = 100

  /// Whether this machine lets the tests mount one: as root, where namespaces are allowed.
  static let isPossible: Bool = {
    guard geteuid() == 0, access("/usr/bin/unshare", X_OK) == 0 else { return false }
    let trial = try? ChildProcess(
      "/usr/bin/unshare",
      ["--mount", "--propagation", "private", "mount", "-t", "tmpfs", "beat", "/mnt"],
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], output: "/dev/null",
      errors: "/dev/null")
    return trial?.wait() == 0
  }()

  init(_ beat: Beat) {
    self.beat = beat
    mkdir(inside, 0o700)
    beat.state = inside + "/beat.db"
  }

  private var inside: String { beat.folder + "/state" }

  /// To start beatd through.
  var wrapper: [String] {
    [
      "/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c",
      "mount -t tmpfs -o size=\(megabytes)m,nr_inodes=\(inodes) beat \(inside) "
        + "&& exec \"$0\" \"$@\"",
    ]
  }

  /// The folder as it looks from here, while that beatd lives.
  private var outside: String { "/proc/\(beat.daemon?.pid ?? 0)/root\(inside)" }

  func has(_ name: String) -> Bool { access("\(outside)/\(name)", F_OK) == 0 }

  /// Leaves no byte.
  func fill() {
    let descriptor = open(outside + "/fill", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    for size in [1 << 20, 4_096, 1] {
      let bytes = [UInt8](repeating: 1, count: size)
      while write(descriptor, bytes, size) == size {}
    }
  }

  func makeRoom() { unlink(outside + "/fill") }

  /// Leaves no inode.
  func takeInodes() {
    for number in 0..<inodes {
      let made = open("\(outside)/inode-\(number)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      if made >= 0 { close(made) }
    }
  }
}
