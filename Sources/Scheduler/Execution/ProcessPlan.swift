// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// Everything about a child that is settled before it is started.
///
/// Pure: made from an order and what was read for it.
struct ProcessPlan: Hashable, Sendable {
  /// What cron gives, and what a program without a `/` is looked for in.
  static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  /// What is taken from the mode of files that the process makes, unless the job says otherwise.
  static let usualFileMask: UInt32 = 0o022

  /// The paths that are tried in turn.
  let programs: [String]
  /// The arguments, the program's name first.
  let arguments: [String]
  /// `NAME=VALUE`, each name once, in the order in which the names came.
  let environment: [String]
  /// Where it runs.
  let directory: String
  /// What it reads; nil: nothing.
  let input: String?
  /// What is taken from the mode of files that it makes.
  let fileMask: UInt32
  /// Its scheduling priority; nil: the daemon's.
  let niceness: Int32?
  /// What it may use at most.
  let limits: [ResourceLimit]
  /// Whom it runs as.
  let account: Account
  /// It runs on when the daemon stops.
  let isLeft: Bool

  /// What an order for a process asks for; nil where its work is no process.
  init?(
    _ order: AttemptOrder, account: Account,
    outside: OutsideVariables = OutsideVariables()
  ) {
    let surroundings = order.options.value.surroundings
    let variables = Variables(order, account: account, outside)
    self.account = account
    switch order.work {
    case .command(let text, let input):
      arguments = [surroundings.shell, "-c", text]
      self.input = input
    case .exec(let words, let input):
      guard !words.isEmpty else { return nil }
      arguments = words
      self.input = input
    case .task, .http:
      return nil
    }
    let rare = order.options.value.rare?.value
    fileMask = rare?.fileMask ?? Self.usualFileMask
    niceness = rare?.niceness
    isLeft = rare?.onStop == .leave
    limits = ResourceLimit.of(rare?.limits ?? ProcessLimits())
    programs = Self.candidates(arguments[0], searchPath: variables["PATH"] ?? Self.searchPath)
    environment = variables.lines
    let known = variables["HOME"] ?? account.home
    let home = Self.namesNoHome(known) ? "/" : known
    directory = Self.absolute(surroundings.directory ?? home, home: account.home)
  }

  /// Where a program may lie: as it is given where it holds a `/`, else in each directory of the
  /// path, an empty one being the working directory.
  private static func candidates(_ program: String, searchPath: String) -> [String] {
    guard !program.contains("/"), !program.isEmpty else { return [program] }
    return searchPath.split(separator: ":", omittingEmptySubsequences: false).map {
      $0.isEmpty ? "./\(program)" : "\($0)/\(program)"
    }
  }

  /// The user database has a word for none; cron runs the jobs of such users all the same.
  private static func namesNoHome(_ home: String) -> Bool {
    home.isEmpty || home == "/nonexistent"
  }

  /// A directory that does not begin at the root begins at the home directory: where the daemon
  /// stands means nothing to a job.
  private static func absolute(_ directory: String, home: String) -> String {
    directory.hasPrefix("/") ? directory : "\(home)/\(directory)"
  }
}

/// The variables of a process that do not stand in its job's definition.
struct OutsideVariables: Hashable, Sendable {
  /// What it gets of the daemon's own environment.
  var inherited: [EnvironmentVariable] = []
  /// What its `environment-file` says.
  var file: [EnvironmentVariable] = []
}

/// A process's environment in the making: built from nothing, and only what was asked for is
/// inherited.
private struct Variables {
  private var names: [String] = []
  private var values: [String: String] = [:]

  init(_ order: AttemptOrder, account: Account, _ outside: OutsideVariables) {
    let surroundings = order.options.value.surroundings
    self["SHELL"] = surroundings.shell
    self["HOME"] = account.home
    self["PATH"] = ProcessPlan.searchPath
    for variables in [outside.inherited, surroundings.environment, outside.file] {
      for variable in variables { self[variable.name] = variable.value }
    }
    // Who a process runs as is not the job's to say, nor which run it is.
    self["LOGNAME"] = account.name
    self["USER"] = account.name
    self["BEAT_JOB"] = order.job.text
    self["BEAT_RUN_ID"] = order.runText
    self["BEAT_SCHEDULED_FOR"] = order.scheduledFor.rfc3339
    self["BEAT_ATTEMPT"] = "\(order.attempt)"
    self["BEAT_TRIGGER"] = order.trigger.word
    if let parent = order.parentText { self["BEAT_PARENT_RUN_ID"] = parent }
  }

  subscript(name: String) -> String? {
    get { values[name] }
    set {
      if values.updateValue(newValue ?? "", forKey: name) == nil { names.append(name) }
    }
  }

  var lines: [String] { names.map { "\($0)=\(values[$0] ?? "")" } }
}
