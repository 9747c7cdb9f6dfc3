// SPDX-License-Identifier: Apache-2.0

/// What a load changes: the difference between the jobs in force and what the files now say.
///
/// 1. A job that the files define whole is added, changed or unchanged; a line that only moved is
///    no change.
/// 2. A job whose definition is in error keeps the one in force.
/// 3. So does each job of a file, or below a folder, that could not be read.
/// 4. So does a job that vanished from a file in which a definition in error stands that may be its
///    own: it is removed when the file is mended.
/// 5. Any other job that vanished is removed. Jobs made in code are left alone.
public struct LoadPlan: Sendable {
  /// A job whose definition is another now.
  public struct Change: Hashable, Sendable {
    /// What was in force.
    public let old: Job
    /// What is in force from now on.
    public let new: Job
  }

  /// Jobs that were not there.
  public private(set) var added: [Job] = []
  /// Jobs that were there and are defined otherwise.
  public private(set) var changed: [Change] = []
  /// Jobs that are gone.
  public private(set) var removed: [Job] = []
  /// Jobs that are what they were, with the place where they stand now.
  public private(set) var unchanged: [Job] = []
  /// Jobs that keep their last good definition, since the new one is in error.
  public private(set) var kept: [Job] = []

  /// All jobs in force after the load.
  public var jobs: [Job] { added + changed.map(\.new) + unchanged + kept }

  /// Compares.
  ///
  /// - Parameters:
  ///   - old: the jobs in force; at start, the last good definitions in the store.
  ///   - new: what the files say.
  /// - Complexity: O(*n*) in the number of jobs.
  public init(old: [Job], new: LoadResult) {
    let faults = Faults(new)
    var places: [JobName: Int] = [:]
    places.reserveCapacity(new.jobs.count)
    for index in new.jobs.indices { places[new.jobs[index].name] = index }
    var isKnown = [Bool](repeating: false, count: new.jobs.count)
    for job in old {
      if let place = places[job.name] {
        isKnown[place] = true
        compare(job, new.jobs[place], isProvisional: new.provisional.contains(job.name))
      } else if job.source == nil {
        unchanged.append(job)
      } else if faults.keep(job) {
        kept.append(job)
      } else {
        removed.append(job)
      }
    }
    for index in new.jobs.indices where !isKnown[index] { added.append(new.jobs[index]) }
  }

  private mutating func compare(_ old: Job, _ new: Job, isProvisional: Bool) {
    if old.isSame(as: new) {
      unchanged.append(new)
    } else if isProvisional {
      kept.append(old)
    } else {
      changed.append(Change(old: old, new: new))
    }
  }

  /// What in the new files is in error, by what it may concern.
  private struct Faults {
    var names: Set<JobName> = []
    var lines: [String: Set<String>] = [:]
    var files: Set<String>
    var paths: Set<String>

    init(_ result: LoadResult) {
      paths = result.brokenFiles
      files = []
      for definition in result.broken {
        switch definition.identity {
        case .job(let name): names.insert(name)
        case .line(let name): lines[definition.source.file, default: []].insert(name.text)
        case .unknown: files.insert(definition.source.file)
        }
      }
    }

    func keep(_ job: Job) -> Bool {
      if names.contains(job.name) { return true }
      guard let file = job.source?.file else { return false }
      if files.contains(file) || isUnreadable(file) { return true }
      guard let bases = lines[file] else { return false }
      return bases.contains(job.name.text) || bases.contains(Self.base(of: job.name.text))
    }

    /// The name without the hash at its end.
    private static func base(of name: String) -> String {
      guard let dash = name.lastIndex(of: "-") else { return name }
      let hash = name[name.index(after: dash)...].utf8
      let isHash = (hash.count == 6 || hash.count == 8) && hash.allSatisfy(Self.isHexDigit)
      return isHash ? String(name[..<dash]) : name
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    private func isUnreadable(_ file: String) -> Bool {
      paths.contains(file) || paths.contains { file.hasPrefix($0 + "/") }
    }
  }
}

extension Job {
  /// The same in all but where it stands.
  func isSame(as other: Job) -> Bool {
    name == other.name && work == other.work && options == other.options
      && scheduleText == other.scheduleText && times == other.times
  }
}
