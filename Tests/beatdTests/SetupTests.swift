// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler
import Support
import Testing

@testable import beatd

@Suite struct SetupTests {
  private let folder = TemporaryFolder()

  private func write(_ text: String, to name: String = "beatd.toml") throws -> String {
    let path = folder.path(name)
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
    return path
  }

  private func setup(
    _ words: [String] = [], _ environment: [String: String] = [:]
  ) throws -> Setup {
    try Setup(
      try Options(words),
      ProcessSurroundings(
        environment: environment, uid: geteuid(), workingDirectory: folder.path))
  }

  @Test func `a flag goes before the settings, the settings before custom`() throws {
    let path = try write(
      """
      schedules = ["jobs"]
      state = "s.db"
      socket = "/x.sock"
      timezone = "Europe/Berlin"
      max-running = 3
      stop-timeout = "5s"
      [queues.slow]
      limit = 2
      """)
    let told = try setup(["--config", "beatd.toml"], ["HOME": "/h"])
    #expect(told.config == path)
    #expect(told.places.schedules == [folder.path("jobs")])
    #expect(told.places.state == folder.path("s.db"))
    #expect(told.places.socket == "/x.sock")
    #expect(told.timezone == "Europe/Berlin")
    #expect(told.limits == SchedulerCore.Limits(processes: 3, queues: ["slow": 2]))
    #expect(told.stopTimeout == .seconds(5))
    let said = try setup([
      "--config", path, "--schedules", "/a", "--state", "/b", "--socket", "/c", "--timezone", "UTC",
    ])
    #expect(said.places.schedules == ["/a"])
    #expect(said.places.state == "/b")
    #expect(said.places.socket == "/c")
    #expect(said.timezone == "UTC")
  }

  @Test func `the usual file is read where it is there`() throws {
    let environment = ["HOME": "/h", "CONFIGURATION_DIRECTORY": folder.path]
    let none = try setup([], environment)
    #expect(none.config == nil)
    #expect(none.stopTimeout == .seconds(60))
    #expect(none.limits.processes >= 64)
    let path = try write("stop-timeout = \"1s\"\n")
    let found = try setup([], environment)
    #expect(found.config == path)
    #expect(found.stopTimeout == .seconds(1))
  }

  @Test func `settings in error are told whole, and nothing is started`() throws {
    let path = try write("max-running = 0\nstate-limt = 3\n")
    let error = try #require(throws: SettingsError.self) { try setup(["--config", path]) }
    #expect(error.diagnostics.map(\.line) == [1, 2])
    #expect(error.description.contains("did you mean \"state-limit\"?"))
    #expect(throws: SettingsError.self) {
      try setup(["--config", "/nonexistent/beatd.toml"], ["HOME": "/h"])
    }
  }
}
