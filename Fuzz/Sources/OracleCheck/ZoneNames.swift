// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The names of all zones in the system's database, links too, in order.
///
/// The copies in `posix/` and those with leap seconds in `right/` are left out.
func zoneNames(in root: String = "/usr/share/zoneinfo") -> [String] {
  var names: [String] = []
  var folders = [""]
  while let folder = folders.popLast() {
    guard let directory = opendir("\(root)/\(folder)") else { continue }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = folder + name
      if name.hasPrefix(".") || ["posix", "right", "localtime"].contains(path) { continue }
      if entry.pointee.d_type == UInt8(DT_DIR) {
        folders.append(path + "/")
      } else if isZone("\(root)/\(path)") {
        names.append(path)
      }
    }
  }
  return names.sorted()
}

private func isZone(_ path: String) -> Bool {
  guard let file = fopen(path, "r") else { return false }
  defer { fclose(file) }
  var start = [UInt8](repeating: 0, count: 4)
  return fread(&start, 1, 4, file) == 4 && start == Array("TZif".utf8)
}
