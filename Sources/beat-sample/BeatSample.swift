// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The application that the sample in `schedules/` looks after: each call is a few of its users
/// signing in and buying something.
///
/// `beat-sample DATABASE` makes the database where there is none, and adds to it. It stands for a
/// program of the reader's own; Beat does not need it.
@main struct BeatSample {
  static func main() {
    guard CommandLine.arguments.count == 2 else {
      report("usage: beat-sample DATABASE")
      exit(2)
    }
    do {
      let database = try ApplicationDatabase(path: CommandLine.arguments[1])
      let added = try database.addTraffic(now: Int64(time(nil)))
      print("added \(added.sessions) sessions and \(added.events) events")
    } catch {
      report("beat-sample: \(error)")
      exit(1)
    }
  }

  private static func report(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    unsafe bytes.withUnsafeBytes { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
