// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Glibc
import Support
import Testing

@testable import Scheduler

/// B073 to B081: what lies in folders.
@Suite struct BadFolderTests {
  private func write(_ path: String, _ text: String = "0 1 * * * x\n", mode: mode_t = 0o644) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
    #expect(chmod(path, mode) == 0)
  }

  /// Writes a file in its place, as a text editor without a temporary file does.
  private func overwrite(_ path: String, lines: Int) {
    guard let file = fopen(path, "w") else { return }
    fputs(String(repeating: "0 1 * * * x\n", count: lines), file)
    fclose(file)
  }

  private var asDaemon: ScheduleDirectory.Trust { .daemon(HostFacts.userID()) }

  @Test func `B073: what is no file is refused, and blocks nothing`() {
    let folder = TemporaryFolder()
    write(folder.path("good.cron"))
    #expect(mkfifo(folder.path("pipe.cron"), 0o600) == 0)
    #expect(symlink("/dev/zero", folder.path("zero.toml")) == 0)
    let reading = ScheduleDirectory.read([folder.path, "/dev/null"], trusting: asDaemon)
    #expect(reading.files.map(\.relativeName) == ["good.cron"])
    #expect(reading.diagnostics.map(\.category) == [.owner, .owner, .owner])
  }

  @Test func `B073: a folder that is called like a schedule is read as a folder`() {
    let folder = TemporaryFolder()
    #expect(mkdir(folder.path("night.cron"), 0o700) == 0)
    let reading = ScheduleDirectory.read([folder.path], trusting: asDaemon)
    #expect(reading.diagnostics.isEmpty && reading.files.isEmpty)
  }

  @Test func `B074: links are followed, for mounted configurations are made of them`() {
    let folder = TemporaryFolder()
    write(folder.path("data"), "0 1 * * * x\n")
    #expect(symlink("data", folder.path("a.cron")) == 0)
    let reading = ScheduleDirectory.read([folder.path], trusting: asDaemon)
    #expect(reading.files.map(\.relativeName) == ["a.cron"])
  }

  @Test(arguments: [("B075", mode_t(0o646)), ("B075", 0o777), ("B075", 0o666)])
  func `a file that everyone can write is not run by a daemon, and its jobs stay as they were`(
    id: String, mode: mode_t
  ) {
    let folder = TemporaryFolder()
    write(folder.path("a.cron"), mode: mode)
    let reading = ScheduleDirectory.read([folder.path], trusting: asDaemon)
    #expect(reading.files.isEmpty && reading.unreadable == [folder.path("a.cron")], "\(id)")
    #expect(reading.diagnostics.map(\.category) == [.owner], "\(id)")
    // Looking at it does no harm.
    #expect(ScheduleDirectory.read([folder.path]).files.count == 1, "\(id)")
  }

  @Test(.enabled(if: geteuid() == 0, "gives files away"))
  func `B075 and B076: root's daemon runs no file that another user or group can write`() {
    let folder = TemporaryFolder()
    write(folder.path("group.cron"), mode: 0o664)
    #expect(chown(folder.path("group.cron"), 0, 12_345) == 0)
    write(folder.path("owner.cron"))
    #expect(chown(folder.path("owner.cron"), 12_345, 0) == 0)
    write(folder.path("root.cron"), mode: 0o664)
    #expect(chown(folder.path("root.cron"), 0, 0) == 0)
    let asRoot = ScheduleDirectory.read([folder.path], trusting: .daemon(0))
    #expect(asRoot.files.map(\.relativeName) == ["root.cron"])
    #expect(asRoot.diagnostics.map(\.category) == [.owner, .owner])
    let asOwner = ScheduleDirectory.read([folder.path], trusting: .daemon(12_345))
    #expect(asOwner.files.map(\.relativeName) == ["group.cron", "owner.cron", "root.cron"])
    let asThird = ScheduleDirectory.read([folder.path], trusting: .daemon(12_346))
    #expect(asThird.files.map(\.relativeName) == ["group.cron", "root.cron"])
  }

  @Test(.enabled(if: geteuid() == 0, "gives files away"))
  func `whoever owns the folder that was named is trusted by the naming`() {
    let folder = TemporaryFolder()
    write(folder.path("a.cron"), mode: 0o664)
    #expect(chown(folder.path("a.cron"), 12_345, 12_345) == 0)
    #expect(chown(folder.path, 12_345, 12_345) == 0)
    #expect(ScheduleDirectory.read([folder.path], trusting: .daemon(0)).files.count == 1)
    #expect(chown(folder.path("a.cron"), 12_346, 12_345) == 0)
    #expect(ScheduleDirectory.read([folder.path], trusting: .daemon(0)).files.isEmpty)
  }

  @Test func `B077: a file with two names is read, under each`() {
    let folder = TemporaryFolder()
    write(folder.path("a.cron"))
    #expect(link(folder.path("a.cron"), folder.path("b.cron")) == 0)
    #expect(ScheduleDirectory.read([folder.path], trusting: asDaemon).files.count == 2)
  }

  @Test func `B078: an empty file is read, a sparse one of a gibibyte is not`() {
    let folder = TemporaryFolder()
    write(folder.path("empty.cron"), "")
    write(folder.path("big.cron"), "")
    #expect(truncate(folder.path("big.cron"), off_t(1) << 30) == 0)
    let reading = ScheduleDirectory.read([folder.path], trusting: asDaemon)
    #expect(reading.files.map(\.relativeName) == ["empty.cron"])
    #expect(reading.diagnostics.map(\.category) == [.limit])
  }

  @Test func `B079: a file that changes while it is read is read again`() {
    let folder = TemporaryFolder()
    write(folder.path("a.cron"))
    var changes = 0
    let reading = ScheduleDirectory.read([folder.path], trusting: asDaemon) { path in
      changes += 1
      if changes < 3 { overwrite(path, lines: changes + 1) }
    }
    #expect(changes == 3)
    #expect(reading.files.map(\.bytes.count) == [36])
    #expect(reading.unreadable.isEmpty && reading.diagnostics.isEmpty)
  }

  @Test func `B079: one that never holds still is not read, and its jobs stay as they were`() {
    let folder = TemporaryFolder()
    write(folder.path("a.cron"))
    var changes = 1
    let reading = ScheduleDirectory.read([folder.path], trusting: asDaemon) { path in
      changes += 1
      overwrite(path, lines: changes)
    }
    #expect(reading.files.isEmpty && reading.unreadable == [folder.path("a.cron")])
    #expect(reading.diagnostics.map(\.category) == [.state])
  }

  @Test func `B079: a file that could not be read whole keeps its jobs`() {
    var reading = ScheduleReading()
    reading.unreadable = ["/etc/app.cron"]
    let old = FilesFixture.load(FilesFixture.crontab("0 1 * * * x"))
    let result = ScheduleSet.load(reading, context: FilesFixture.context)
    let plan = LoadPlan(old: old.jobs, new: result)
    #expect(plan.kept.map(\.name.text) == ["app/x"] && plan.removed.isEmpty)
  }

  @Test func `B080: names of left-over files are passed over, and listed`() {
    let folder = TemporaryFolder()
    let names = ["a~", ".a", "a.rpmsave", "a.dpkg-new", "#a#", "b.cron~", "c.cron.bak"]
    for name in names + ["good.cron"] { write(folder.path(name)) }
    let reading = ScheduleDirectory.read([folder.path], trusting: asDaemon)
    #expect(reading.files.map(\.relativeName) == ["good.cron"])
    #expect(reading.ignored == names.sorted().map { folder.path($0) })
    #expect(reading.diagnostics.isEmpty)
  }

  @Test func `B081: a folder within itself is read once, and depth has an end`() throws {
    let folder = TemporaryFolder()
    write(folder.path("a.cron"))
    #expect(symlink(".", folder.path("self")) == 0)
    #expect(ScheduleDirectory.read([folder.path]).files.count == 1)
    let deep = TemporaryFolder()
    let names = (0..<100).map { "d\($0)" }
    try FileManager.default.createDirectory(
      atPath: deep.path(names.joined(separator: "/")), withIntermediateDirectories: true)
    let reading = ScheduleDirectory.read([deep.path])
    #expect(reading.diagnostics.map(\.category) == [.limit])
    try FileManager.default.removeItem(atPath: deep.path("d0"))
  }
}
