// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// beatctl: a person's hands on beatd.
@main enum Beatctl {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    let surroundings = Surroundings.ofProcess()
    exit(Program(surroundings: surroundings).run(arguments).rawValue)
  }
}
