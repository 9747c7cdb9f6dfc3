// SPDX-License-Identifier: Apache-2.0

import Glibc
import Support
import Testing

@testable import beatd

@Suite(.timeLimit(.minutes(1))) struct FileWatcherTests {
  @Test func `a folder that has come since is to be read once more`() async throws {
    let (first, second) = (TemporaryFolder(), TemporaryFolder())
    let (changes, continuation) = AsyncStream.makeStream(of: Void.self)
    let watcher = try #require(FileWatcher { continuation.yield() })
    watcher.watch([first.path])
    watcher.watch([first.path, second.path])
    for await _ in changes { break }
    withExtendedLifetime((first, second, watcher)) {}
  }

  @Test func `a file that never stops changing is read all the same`() async throws {
    let folder = TemporaryFolder()
    let (changes, continuation) = AsyncStream.makeStream(of: Void.self)
    let watcher = try #require(FileWatcher { continuation.yield() })
    watcher.watch([folder.path])
    let path = folder.path("busy")
    let writer = Task {
      while !Task.isCancelled {
        close(open(path, O_WRONLY | O_CREAT, 0o600))
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    for await _ in changes { break }
    writer.cancel()
    withExtendedLifetime((folder, watcher)) {}
  }

  @Test func `what changes from the return of watch on is told`() async throws {
    let folder = TemporaryFolder()
    let (changes, continuation) = AsyncStream.makeStream(of: Void.self)
    let watcher = try #require(FileWatcher { continuation.yield() })
    watcher.watch([folder.path])
    close(open(folder.path("new"), O_WRONLY | O_CREAT, 0o600))
    for await _ in changes { break }
    withExtendedLifetime((folder, watcher)) {}
  }
}
