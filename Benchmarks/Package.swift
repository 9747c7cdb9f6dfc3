// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "beat-benchmarks",
  dependencies: [.package(name: "beat", path: "..")],
  targets: [
    .target(name: "HeapLimit"),
    .executableTarget(
      name: "TimerQueueBenchmark",
      dependencies: [.product(name: "Scheduler", package: "beat"), "HeapLimit"],
      swiftSettings: settings),
    .target(name: "SQLiteLimit", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "DurableRunsBenchmark",
      dependencies: [
        .product(name: "Scheduler", package: "beat"),
        .product(name: "CronParser", package: "beat"), "SQLiteLimit",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "HandlersBenchmark",
      dependencies: [
        .product(name: "Scheduler", package: "beat"),
        .product(name: "CronParser", package: "beat"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "DefinitionBenchmark",
      dependencies: [
        .product(name: "Scheduler", package: "beat"),
        .product(name: "CronParser", package: "beat"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "NextFireBenchmark", dependencies: [.product(name: "CronParser", package: "beat")],
      swiftSettings: settings),
  ],
  cxxLanguageStandard: .cxx17
)
