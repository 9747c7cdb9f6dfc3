// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Looks for the jobs that other jobs' options mean, when all files are read.
///
/// An `after` whose parent is not there, or that goes round in a circle, is an error of its job. A
/// notice for a job that is not there is a warning: the job itself can run.
enum JobLinks {
  static func check(_ files: inout [FileJobs]) {
    guard files.contains(where: { !$0.links.isEmpty }) else { return }
    let known = names(files)
    let parents = parents(files)
    let told = told(files)
    let sorted = known.map(\.text).sorted()
    for index in files.indices {
      for (job, link) in files[index].links {
        if link.key == "after", let job {
          guard let fault = fault(of: link, of: job, known, sorted, parents, told) else { continue }
          files[index].sink.report(fault)
          files[index].reject(job, at: link.range.line)
        } else if !known.contains(link.to) {
          files[index].sink.report(
            .warning, .state, line: link.range.line, column: link.range.column,
            length: link.range.length,
            "`\(link.key)` names a job that is not there: \"\(Diagnostic.shown(link.to.text))\"",
            suggestion: nearestName(to: link.to.text, among: sorted))
        }
      }
    }
  }

  /// All names that a file defines, in error or not.
  private static func names(_ files: [FileJobs]) -> Set<JobName> {
    var names: Set<JobName> = []
    for file in files {
      for job in file.jobs { names.insert(job.name) }
      for definition in file.broken {
        switch definition.identity {
        case .job(let name), .line(let name): names.insert(name)
        case .unknown: continue
        }
      }
    }
    return names
  }

  private static func parents(_ files: [FileJobs]) -> [JobName: JobName] {
    var parents: [JobName: JobName] = [:]
    for file in files {
      for (job, link) in file.links where link.key == "after" {
        if let job { parents[job] = link.to }
      }
    }
    return parents
  }

  private static func fault(
    of link: JobLink, of job: JobName, _ known: Set<JobName>, _ sorted: [String],
    _ parents: [JobName: JobName], _ told: [JobName: [JobName]]
  ) -> OptionFault? {
    guard known.contains(link.to) else {
      return OptionFault(
        category: .state,
        message: "there is no job \"\(Diagnostic.shown(link.to.text))\" to run after",
        expected: "the name of a job in any of the files",
        suggestion: nearestName(to: link.to.text, among: sorted), range: link.range)
    }
    if let circle = circle(from: job, parents) {
      let shown = circle.prefix(6).map { Diagnostic.shown($0.text) }.joined(separator: " after ")
      return OptionFault(
        category: .state,
        message: circle.count == 2
          ? "the job runs after itself" : "jobs that run after each other never run: \(shown)",
        expected: "a chain that begins with a job that something else starts", range: link.range)
    }
    if let teller = teller(of: link.to, from: job, parents, told) {
      return OptionFault(
        category: .state,
        message:
          "a run of \(Diagnostic.shown(teller.text)) brings \(Diagnostic.shown(link.to.text)) "
          + "about, which this job runs after: they would never come to an end",
        expected: "a chain whose jobs tell none that it begins with", range: link.range)
    }
    return nil
  }

  /// Which jobs a job tells of its runs.
  private static func told(_ files: [FileJobs]) -> [JobName: [JobName]] {
    var told: [JobName: [JobName]] = [:]
    for file in files {
      for (job, link) in file.links where link.key != "after" && link.key != "on-missed" {
        if let job { told[job, default: []].append(link.to) }
      }
    }
    return told
  }

  /// The job, among `job` and those that its runs bring about, that tells `parent` or one that
  /// `parent` runs after; nil where none does.
  private static func teller(
    of parent: JobName, from job: JobName, _ parents: [JobName: JobName],
    _ told: [JobName: [JobName]]
  ) -> JobName? {
    guard !told.isEmpty else { return nil }
    var children: [JobName: [JobName]] = [:]
    for (child, parent) in parents { children[parent, default: []].append(child) }
    var ancestors: Set<JobName> = [parent]
    var current = parent
    while let next = parents[current], ancestors.insert(next).inserted { current = next }
    var seen: Set<JobName> = [job]
    var waiting = [job]
    while let next = waiting.popLast() {
      if told[next]?.contains(where: ancestors.contains) == true { return next }
      for follower in (children[next] ?? []) + (told[next] ?? [])
      where seen.insert(follower).inserted {
        waiting.append(follower)
      }
    }
    return nil
  }

  /// The jobs from one back to itself, or nil where its chain has a beginning.
  private static func circle(from job: JobName, _ parents: [JobName: JobName]) -> [JobName]? {
    var path = [job]
    var seen: Set<JobName> = [job]
    var current = job
    while let parent = parents[current] {
      path.append(parent)
      if parent == job { return path }
      guard seen.insert(parent).inserted else { return nil }
      current = parent
    }
    return nil
  }
}

extension FileJobs {
  /// Takes a job out, as one whose definition is in error.
  fileprivate mutating func reject(_ name: JobName, at line: Int) {
    var place = SourceLocation(file: sink.file, line: line)
    var kept = unique ?? jobs
    if let index = kept.firstIndex(where: { $0.name == name }) {
      place = kept[index].source ?? place
      kept.remove(at: index)
      unique = kept
    } else if broken.contains(where: { $0.identity == .job(name) }) {
      return
    }
    broken.append(BrokenDefinition(.job(name), source: place))
  }
}
