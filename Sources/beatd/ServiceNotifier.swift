// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Tells systemd how the service stands: one datagram to `$NOTIFY_SOCKET` a message (sd_notify(3)).
///
/// What can't be sent is dropped: a service manager that does not listen must not stop the daemon.
struct ServiceNotifier: Sendable {
  private let path: String?

  /// Reads `NOTIFY_SOCKET`: an absolute path, or `@` and an abstract name; anything else is
  /// ignored.
  init(environment: [String: String]) {
    let value = environment["NOTIFY_SOCKET"] ?? ""
    path = value.hasPrefix("/") || value.hasPrefix("@") ? value : nil
  }

  func ready(status: String) { send("READY=1\nSTATUS=\(status)") }
  /// What holds up the start, and for how long the manager has to be patient.
  func waiting(for what: String, seconds: Int64) {
    send("STATUS=waiting for \(what)\nEXTEND_TIMEOUT_USEC=\((seconds + 30) * 1_000_000)")
  }

  func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds())") }
  func stopping() { send("STOPPING=1\nSTATUS=waiting for what runs") }

  private func send(_ message: String) {
    guard let path else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      unsafe room.copyBytes(from: bytes)
      // An abstract name begins with NUL.
      if bytes.first == UInt8(ascii: "@") { unsafe room[0] = 0 }
    }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let payload = Array(message.utf8)
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = unsafe sendto(
          descriptor, payload, payload.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), generic,
          length)
      }
    }
  }

  private static func monotonicMicroseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
