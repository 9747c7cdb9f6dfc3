// SPDX-License-Identifier: Apache-2.0

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
}
