// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CLinux
import CronParser
import FoundationEssentials
import Glibc
import Scheduler

/// beatd: reads its command line, and runs the daemon until it is told to end.
///
/// Exit codes: 0 ended as asked (or `--check` found nothing wrong); 1 could not start, or `--check`
/// found errors; 2 the command line was not understood, or the settings are wrong: starting again
/// would not help; 3 another beatd has the state file.
@main
struct Beatd {
  static func main() async {
    clinux_share_arenas()
    exit(await run(Array(CommandLine.arguments.dropFirst())))
  }

  private static func run(_ arguments: [String]) async -> Int32 {
    do {
      let options = try Options(arguments)
      switch options.request {
      case .help:
        put(Options.help, to: STDOUT_FILENO)
        return 0
      case .version:
        put("beatd \(BeatVersion.current)\n", to: STDOUT_FILENO)
        return 0
      case .check: return try check(try setup(options))
      case .run: return try await serve(try setup(options))
      }
    } catch let error as UsageError {
      put("beatd: \(error.message)\nSee `beatd --help`.\n", to: STDERR_FILENO)
      return 2
    } catch let error as SettingsError {
      put("beatd: \(error)\n", to: STDERR_FILENO)
      return arguments.contains("--check") ? 1 : 2
    } catch let error as StoreError where error.code == .held {
      put("beatd: \(error)\n", to: STDERR_FILENO)
      return 3
    } catch {
      put("beatd: \(error)\n", to: STDERR_FILENO)
      return 1
    }
  }

  private static func setup(_ options: Options) throws -> Setup {
    try Setup(
      options,
      ProcessSurroundings(
        environment: ProcessInfo.processInfo.environment, uid: geteuid(),
        workingDirectory: FileManager.default.currentDirectoryPath))
  }

  private static func check(_ setup: Setup) throws -> Int32 {
    let result = try setup.reader().read(warningsAt: SystemClock.read().wall)
    put(result.diagnostics.map { $0.rendered + "\n" }.joined(), to: STDOUT_FILENO)
    let errors = result.diagnostics.count { $0.severity == .error }
    put("\(result.jobs.count) jobs, \(errors) errors\n", to: STDOUT_FILENO)
    return errors == 0 ? 0 : 1
  }

  private static func serve(_ setup: Setup) async throws -> Int32 {
    let daemon = try await BeatDaemon(setup)
    await daemon.run()
    return 0
  }

  private static func put(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      written += count
    }
  }
}
