// SPDX-License-Identifier: Apache-2.0

/// Which modules each part of the house may import: the arrows of docs/ARCHITECTURE.md.
///
/// The row with the longest matching path counts. A file that no row matches may not be there.
/// Nothing may import the whole of Foundation.
enum ImportTable {
  static let rows: [(path: String, modules: Set<String>?)] = [
    // Pure. The one edge reads zone files and keeps those it has read.
    ("Sources/CronParser/", []),
    ("Sources/CronParser/Zones/ZoneDirectory.swift", ["Glibc", "Synchronization"]),
    ("Sources/CronParser/Zones/ZoneFileMark.swift", ["Glibc"]),

    // The library's heart: pure.
    ("Sources/Scheduler/", ["CronParser"]),
    ("Sources/Scheduler/Core/", ["CronParser"]),
    ("Sources/Scheduler/Timing/", ["CronParser"]),
    ("Sources/Scheduler/Retry/", ["CronParser"]),
    ("Sources/Scheduler/Files/", ["CronParser", "CToml"]),
    ("Sources/Scheduler/Files/ScheduleDirectory.swift", ["CronParser", "CLinux", "Glibc"]),

    // The library's edges.
    ("Sources/Scheduler/Store/", ["CronParser"]),
    (
      "Sources/Scheduler/Store/SQLite/",
      ["CronParser", "CSQLite", "CLinux", "Glibc", "Synchronization"]
    ),
    (
      "Sources/Scheduler/Execution/",
      ["CFetch", "CronParser", "CLinux", "Dispatch", "Glibc", "Synchronization"]
    ),
    (
      "Sources/Scheduler/Handlers/",
      ["CronParser", "CSQLite", "FoundationEssentials", "Synchronization"]
    ),
    (
      "Sources/Scheduler/Runtime/",
      ["CronParser", "CLinux", "Dispatch", "Glibc", "Synchronization"]
    ),
    ("Sources/SchedulerTesting/", ["CronParser", "Scheduler", "Synchronization"]),

    // The programs and what they say to each other.
    ("Sources/BeatAPI/", ["CronParser", "FoundationEssentials"]),
    (
      "Sources/beatd/",
      [
        "BeatAPI", "CLinux", "CMicroHTTPD", "CronParser", "Dispatch", "FoundationEssentials",
        "Glibc", "Scheduler", "Synchronization",
      ]
    ),
    (
      "Sources/beatctl/",
      [
        "BeatAPI", "CCurl", "CronParser", "Dispatch", "FoundationEssentials", "Glibc", "Scheduler",
        "SchedulerTesting", "Synchronization",
      ]
    ),
    // What other schedulers wrote: pure; one file knows libyaml.
    ("Sources/beatctl/Import/", ["BeatAPI", "CronParser", "Scheduler"]),
    ("Sources/beatctl/Import/Kubernetes/YAMLReader.swift", ["CYaml"]),
    ("Sources/beat-sample/", ["CSQLite", "Glibc"]),

    ("Package.swift", ["PackageDescription"]),
    // Nil: anything but Foundation.
    ("Tests/", nil),
    ("Benchmarks/", nil),
    ("Fuzz/", nil),
  ]

  /// The row that holds for a file.
  static func row(for path: String) -> (path: String, modules: Set<String>?)? {
    rows.filter { path.hasPrefix($0.path) }.max { $0.path.count < $1.path.count }
  }
}
