// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Glibc
import Testing

@testable import Scheduler

/// A folder that is gone when the test is over.
private final class ScheduleFolder {
  let path: String

  init() {
    path = "/tmp/beat-files-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String = "0 1 * * * x\n") {
    let file = "\(path)/\(name)"
    let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: file, contents: Data(text.utf8))
  }
}

@Suite struct ScheduleDirectoryTests {
  @Test func `a folder is read whole, by name, without what is no schedule file`() {
    let folder = ScheduleFolder()
    for name in [
      "b.cron", "a.crontab", "crontab", "sub/c.toml", "sub/deep/crontab", ".hidden.cron",
      ".git/x.cron", "old.cron~", "a.cron.bak", "x.bak", "y.toml.dpkg-new", "z.dpkg-old.cron",
      "README", "notes.txt", "#a.cron#", "a.cron.rpmsave",
    ] { folder.write(name) }
    let reading = ScheduleDirectory.read([folder.path + "/"])
    #expect(
      reading.files.map(\.relativeName) == [
        "a.crontab", "b.cron", "crontab", "sub/c.toml", "sub/deep/crontab",
      ])
    #expect(reading.files.map(\.kind) == [.crontab, .crontab, .crontab, .jobFile, .crontab])
    #expect(reading.files[0].path == folder.path + "/a.crontab")
    #expect(reading.files[0].bytes == Array("0 1 * * * x\n".utf8))
    #expect(reading.diagnostics.isEmpty && reading.unreadable.isEmpty)
    #expect(
      reading.directories == [folder.path, folder.path + "/sub", folder.path + "/sub/deep"])
  }

  @Test func `a file that is named outright is read whatever its name`() {
    let folder = ScheduleFolder()
    folder.write("mine.txt")
    folder.write("jobs.toml", "")
    let paths = ["\(folder.path)/mine.txt", "\(folder.path)/jobs.toml", "\(folder.path)/mine.txt"]
    let reading = ScheduleDirectory.read(paths)
    #expect(reading.files.map(\.relativeName) == ["jobs.toml", "mine.txt"])
    #expect(reading.files.map(\.kind) == [.jobFile, .crontab])
    #expect(reading.directories == [folder.path])
  }

  @Test func `a pipe or a device is an error and blocks nothing`() {
    let folder = ScheduleFolder()
    folder.write("good.cron")
    #expect(mkfifo("\(folder.path)/pipe.cron", 0o600) == 0)
    try? FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/null.toml", withDestinationPath: "/dev/null")
    let reading = ScheduleDirectory.read([folder.path, "\(folder.path)/pipe.cron"])
    #expect(reading.files.map(\.relativeName) == ["good.cron"])
    #expect(reading.diagnostics.map(\.category) == [.owner, .owner])
    #expect(
      reading.unreadable == ["\(folder.path)/pipe.cron", "\(folder.path)/null.toml"])
  }

  @Test func `links are followed, and loops end`() {
    let folder = ScheduleFolder()
    folder.write("..data/a.cron")
    folder.write("sub/b.cron")
    let links = [
      "a.cron": "..data/a.cron", "sub/up": "..", "sub/self": ".", "loop.cron": "loop.cron",
      "dangling.toml": "nowhere", "dangling": "nowhere",
    ]
    for (name, target) in links {
      try? FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: target)
    }
    let reading = ScheduleDirectory.read([folder.path])
    #expect(reading.files.map(\.relativeName) == ["a.cron", "sub/b.cron"])
    #expect(
      reading.unreadable == ["\(folder.path)/loop.cron", "\(folder.path)/dangling.toml"])
  }

  @Test func `a file that is too large is refused before it is read`() {
    let folder = ScheduleFolder()
    folder.write("big.cron", "")
    #expect(truncate("\(folder.path)/big.cron", off_t(1) << 30) == 0)
    folder.write("empty.cron", "")
    let reading = ScheduleDirectory.read([folder.path])
    #expect(reading.files.map(\.relativeName) == ["empty.cron"])
    #expect(reading.diagnostics.map(\.category) == [.limit])
  }

  @Test func `what is not there is an error, and the folder it would be in is watched`() {
    let folder = ScheduleFolder()
    let reading = ScheduleDirectory.read(["\(folder.path)/none.cron", ""])
    #expect(reading.diagnostics.map(\.category) == [.owner, .syntax])
    #expect(reading.directories == [folder.path])
    #expect(
      reading.diagnostics[0].rendered
        == "\(folder.path)/none.cron: error: cannot be read: No such file or directory [E_OWNER]")
  }

  @Test func `what could not be read is an error of the load, and the rest is loaded`() {
    let folder = ScheduleFolder()
    folder.write("a.cron", "0 1 * * * x\n60 * * * * y\n")
    folder.write("b.cron")
    let reading = ScheduleDirectory.read([folder.path, folder.path + "/none"])
    let result = ScheduleSet.load(reading, context: FilesFixture.context)
    #expect(result.names == ["a/x", "b/x"])
    #expect(result.brokenFiles == [folder.path + "/none"])
    #expect(result.filesWithErrors == [folder.path + "/none", folder.path + "/a.cron"])
  }

  @Test func `check counts what it finds`() {
    let folder = ScheduleFolder()
    folder.write("a.cron", "TZ=UTC\n0 1 * * * x\n60 * * * * y\n")
    folder.write("b.toml", "[jobs.a]\ncommand = \"x\"\n")
    let check = ScheduleCheck(
      paths: [folder.path, folder.path + "/none"], context: FilesFixture.context, now: .epoch)
    #expect(check.fileCount == 2)
    #expect(check.jobCount == 2)
    #expect(check.errorCount == 2)
    #expect(check.warningCount == 1)
    #expect(check.diagnostics.count == 3)
  }
}
