// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Why a job cannot run as the user that it names.
struct UserFault: Hashable, Sendable {
  let message: String
  var expected: String?
  var suggestion: String?
  /// It may be otherwise where the daemon runs.
  var isWarning = false

  /// Nil where nothing is known against it.
  init?(_ name: String, in context: LoadContext) {
    if name == context.ownUser { return nil }
    guard let users = context.users else {
      guard let own = context.ownUser else { return nil }
      message = "beatd must run as root to run a job as `\(Diagnostic.shown(name))`"
      expected = "`\(Diagnostic.shown(own))`, whom beatd runs as"
      return
    }
    guard !users.knows(name) else { return nil }
    message = "there is no user `\(Diagnostic.shown(name))` on this machine"
    expected = "the login name of a user"
    suggestion = users.nearest(to: name)
    isWarning = context.ownUser == nil
  }
}
