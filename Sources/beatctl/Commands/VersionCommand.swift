// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// `beatctl version`.
enum VersionCommand {
  /// beatctl's own version.
  static let own = "beatctl \(BeatVersion.current)"

  static let command = Command(
    name: "version", operands: "", count: 0...0, summary: "beatctl's version and beatd's",
    details: "Without a daemon it prints beatctl's and exits 0.", examples: ["beatctl version"]
  ) { session in
    let daemon: VersionReply?
    do {
      daemon = try APICoder.decode(
        VersionReply.self, from: try session.daemon().ask(.version))
    } catch let failure as Failure where failure.code == .noDaemon {
      daemon = nil
    }
    if session.wantsJSON {
      try session.show(json: Versions(beatctl: BeatVersion.current, beatd: daemon?.version))
    } else {
      try session.output.line(own)
      try session.output.line(daemon.map { "beatd \($0.version)" } ?? "beatd: does not answer")
    }
    return .done
  }

  private struct Versions: Encodable {
    let beatctl: String
    @OrNull var beatd: String?
  }
}
