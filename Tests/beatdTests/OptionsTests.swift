// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import beatd

@Suite struct OptionsTests {
  @Test func `values may be attached or follow, and schedules may be given often`() throws {
    let options = try Options([
      "--schedules", "a", "--schedules=b", "--state", "s.db", "--socket=x.sock", "--timezone",
      "Europe/Berlin", "--config=c.toml",
    ])
    #expect(options.schedules == ["a", "b"])
    #expect(options.state == "s.db")
    #expect(options.socket == "x.sock")
    #expect(options.timezone == "Europe/Berlin")
    #expect(options.config == "c.toml")
    #expect(options.request == .run)
  }

  @Test(arguments: [["--frobnicate"], ["--state"], ["--state="], ["extra"], ["--schedules"]])
  func `what is not understood is an error`(words: [String]) {
    #expect(throws: UsageError.self) { try Options(words) }
  }

  @Test func `check, version and help are requests of their own`() throws {
    #expect(try Options(["--check"]).request == .check)
    #expect(try Options(["--version"]).request == .version)
    #expect(try Options(["-h"]).request == .help)
  }

  private func places(
    _ words: [String] = [], _ environment: [String: String] = [:], uid: UInt32 = 1_000
  ) throws -> Places {
    try Places(
      try Options(words),
      ProcessSurroundings(environment: environment, uid: uid, workingDirectory: "/here"),
      isDirectory: { _ in false })
  }

  @Test func `root's places are the system's`() throws {
    let places = try places(uid: 0)
    #expect(places.schedules == ["/etc/beat/schedules"])
    #expect(places.state == "/var/lib/beat/beat.db")
    #expect(places.socket == "/run/beat/beatd.sock")
  }

  @Test func `a user's places are those of XDG`() throws {
    let plain = try places([], ["HOME": "/home/ann", "XDG_RUNTIME_DIR": "/run/user/1000"])
    #expect(plain.schedules == ["/home/ann/.config/beat/schedules"])
    #expect(plain.state == "/home/ann/.local/state/beat/beat.db")
    #expect(plain.socket == "/run/user/1000/beat/beatd.sock")
    let moved = try places(
      [], ["HOME": "/home/ann", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"])
    #expect(moved.schedules == ["/c/beat/schedules"])
    #expect(moved.state == "/s/beat/beat.db")
  }

  @Test func `what systemd says goes before custom, and options before all`() throws {
    let environment = [
      "STATE_DIRECTORY": "/var/lib/x", "RUNTIME_DIRECTORY": "/run/x",
      "CONFIGURATION_DIRECTORY": "/etc/x",
    ]
    let places = try places([], environment, uid: 0)
    #expect(places.schedules == ["/etc/x/schedules"])
    #expect(places.state == "/var/lib/x/beat.db")
    #expect(places.socket == "/run/x/beatd.sock")
    let said = try self.places(["--state", "my.db", "--socket", "/s"], environment, uid: 0)
    #expect(said.state == "/here/my.db")
    #expect(said.socket == "/s")
  }

  @Test func `a user without a home has to say where things are`() {
    #expect(throws: UsageError.self) { try places() }
  }
}
