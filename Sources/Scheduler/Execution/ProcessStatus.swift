// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// What the kernel says of a process in /proc/PID/stat, as far as it matters here.
struct ProcessStatus: Hashable {
  /// One letter; `Z` and `X` are processes that have ended.
  let state: UInt8
  /// Its process group.
  let group: Int32
  /// When it was started, in clock ticks since boot.
  let startTicks: UInt64
  /// As wait(2) gives it, once it has ended; 0 where the reader may not know.
  let waitStatus: Int32

  /// True where it has ended and was perhaps not reaped yet.
  var hasEnded: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

  /// How a process ended that was not reaped yet; nil where that cannot be seen.
  ///
  /// What /proc does not let its reader see it shows as 0, so only another status says anything
  /// about a process of another user.
  func end(mayRead: Bool) -> clinux_exit? {
    guard hasEnded, mayRead || waitStatus != 0 else { return nil }
    return clinux_exit(code: waitStatus >> 8 & 0xFF, signal_number: waitStatus & 0x7F)
  }

  /// The status of a process; nil where there is none of that number, or no /proc.
  init?(pid: Int32) {
    guard let text = readKernelFile("/proc/\(pid)/stat") else { return nil }
    self.init(parsing: text)
  }

  /// Reads the line.
  ///
  /// The second field is the program's name in parentheses and may hold anything, blanks and
  /// parentheses too, so fields are counted from the last closing one.
  init?(parsing bytes: [UInt8]) {
    guard let close = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    let fields = bytes[(close + 1)...].split(whereSeparator: isBlank)
    // The first of these is field 3.
    guard fields.count > 19, let state = fields[0].first,
      let group = Int32(String(decoding: fields[2], as: UTF8.self)),
      let ticks = UInt64(String(decoding: fields[19], as: UTF8.self))
    else { return nil }
    (self.state, self.group, startTicks) = (state, group, ticks)
    waitStatus = fields.count > 49 ? Int32(String(decoding: fields[49], as: UTF8.self)) ?? 0 : 0
  }

  /// The processes of a group that have not ended, found by one walk through /proc.
  static func living(inGroup group: Int32) -> [Int32] {
    all().filter { pid in
      guard let status = ProcessStatus(pid: pid) else { return false }
      return status.group == group && !status.hasEnded
    }
  }

  /// The numbers of all processes that can be seen.
  static func all() -> [Int32] {
    guard let directory = unsafe opendir("/proc") else { return [] }
    defer { unsafe closedir(directory) }
    var found: [Int32] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if let pid = Int32(name) { found.append(pid) }
    }
    return found
  }
}

/// The kernel's name for this boot; empty where there is no /proc.
func readBootIdentifier() -> String {
  let bytes = readKernelFile("/proc/sys/kernel/random/boot_id") ?? []
  return String(decoding: bytes.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
}

/// A small file that the kernel makes up, whole; nil where it cannot be read.
func readKernelFile(_ path: String) -> [UInt8]? {
  let number = unsafe clinux_open(path, O_RDONLY)
  guard number >= 0 else { return nil }
  let file = FileDescriptor(owning: number)
  var content: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4_096)
  while case .bytes(let count) = file.read(into: &buffer, limit: buffer.count) {
    content += buffer[..<count]
  }
  return content.isEmpty ? nil : content
}
