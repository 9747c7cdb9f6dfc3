// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The time zone database on disk.
///
/// The only part of this library that reads files.
///
/// Zones are cached by name. All methods may be called from any thread.
public final class ZoneDirectory: Sendable {
  /// The folder that holds the zone files.
  public let path: String
  private let localtimePath: String
  private let state = Mutex(State())

  private struct State {
    /// The zones in force, by name.
    var zones: [String: Zone] = [:]
    /// What was in force before `forget()`, until it is read again.
    var former: [String: Zone] = [:]
    /// How the files looked when they were read, by path.
    var marks: [String: ZoneFileMark] = [:]
    /// Why zones stay as they were, by name.
    var kept: [String: ZoneError] = [:]
    /// All names, once they have been asked for: a file may have many that are wrong.
    var names: [String]?
  }

  /// So many files are watched at most; a database has 600.
  private static let mostMarks = 4_096

  /// A zone file is at most this long; real ones have 4 KB at most.
  private static let longestFile = 1 << 20

  /// A database in the folder given.
  public init(path: String = "/usr/share/zoneinfo") {
    self.path = path
    localtimePath = "/etc/localtime"
  }

  /// A database whose system zone is the file or link given.
  init(path: String, localtimePath: String) {
    self.path = path
    self.localtimePath = localtimePath
  }

  /// The zone of that name, as in `Europe/Berlin`.
  ///
  /// `UTC` needs no file.
  ///
  /// - Throws: `ZoneError` where there is no such zone, with the nearest name where one is alike,
  ///   or where its file cannot be read or is damaged.
  public func zone(named name: String) throws(ZoneError) -> Zone {
    if name == "UTC" { return .utc }
    if let known = state.withLock({ $0.zones[name] }) { return known }
    guard Self.isValid(name) else {
      throw ZoneError(
        message: "\"\(name)\" is not a time zone's name; names look like Europe/Berlin",
        suggestion: nearest(to: name))
    }
    let zone = try readOrKeep(name) { () throws(ZoneError) in try read(name) }
    return state.withLock { state in
      if let other = state.zones[name] { return other }
      state.zones[name] = zone
      return zone
    }
  }

  /// Reads a zone; one that was in force before and cannot be read now stays as it was.
  private func readOrKeep(
    _ key: String, _ read: () throws(ZoneError) -> Zone
  ) throws(ZoneError) -> Zone {
    do throws(ZoneError) {
      let zone = try read()
      state.withLock { state in
        state.former[key] = nil
        state.kept[key] = nil
      }
      return zone
    } catch {
      let former = state.withLock { state in
        if state.former[key] != nil { state.kept[key] = error }
        return state.former[key]
      }
      guard let former else { throw error }
      return former
    }
  }

  /// Whether `TZ` or `/etc/localtime` says what the system's zone is; else it is taken for UTC.
  public var hasSystemZone: Bool {
    if unsafe getenv("TZ") != nil { return true }
    var status = stat()
    return unsafe lstat(localtimePath, &status) == 0
  }

  /// The system's zone: what `TZ` names, else what `/etc/localtime` is, else UTC.
  ///
  /// - Throws: `ZoneError` where `TZ` or `/etc/localtime` name something that is not a zone.
  public func systemZone() throws(ZoneError) -> Zone {
    guard let value = unsafe getenv("TZ") else { return try localZone() }
    return try systemZone(environment: unsafe String(cString: value))
  }

  /// The zone that a value of `TZ` stands for; an empty one is UTC.
  func systemZone(environment value: String) throws(ZoneError) -> Zone {
    var name = value.hasPrefix(":") ? String(value.dropFirst()) : value
    guard !name.isEmpty else { return .utc }
    if name == localtimePath { return try localZone() }
    if name.hasPrefix(path + "/") { name = String(name.dropFirst(path.utf8.count + 1)) }
    do throws(ZoneError) {
      return try zone(named: name)
    } catch {
      if let zone = try? Zone(name: name, posix: name) { return zone }
      throw ZoneError(message: "TZ: " + error.message, suggestion: error.suggestion)
    }
  }

  /// Whether a file that was read has changed since, come, or gone; one `stat` for each.
  ///
  /// Also true when `/etc/localtime` has become another zone, where it was asked for.
  public func changedSinceRead() -> Bool {
    let marks = state.withLock { $0.marks }
    return marks.contains { path, mark in ZoneFileMark(ofFileAt: path) != mark }
  }

  /// Forgets what has been read, so that the next question reads the files again.
  ///
  /// A zone whose file then turns out to be gone or damaged keeps its old rules: ``keptZones``.
  public func forget() {
    state.withLock { state in
      state.former.merge(state.zones) { _, new in new }
      state.zones = [:]
      state.marks = [:]
      state.kept = [:]
      state.names = nil
    }
  }

  /// The zones that keep the rules of an earlier file, by name (or the path of `/etc/localtime`),
  /// and what is wrong with the present one.
  public var keptZones: [String: ZoneError] { state.withLock { $0.kept } }

  private func localZone() throws(ZoneError) -> Zone {
    watch(localtimePath, ZoneFileMark(ofFileAt: localtimePath))
    if let target = linkTarget(of: localtimePath), let name = nameInDatabase(target) {
      return try zone(named: name)
    }
    let zone = try readOrKeep(localtimePath) { () throws(ZoneError) in try readLocalFile() }
    // No zone's name is a path, so this key is no other zone's.
    state.withLock { $0.zones[localtimePath] = zone }
    return zone
  }

  private func readLocalFile() throws(ZoneError) -> Zone {
    switch contents(of: localtimePath) {
    case .success(let bytes): return try Zone(name: "localtime", tzif: bytes)
    case .failure(let fault) where fault.code == ENOENT: return .utc
    case .failure(let fault):
      throw ZoneError(message: "\(localtimePath) cannot be read: \(fault.text)")
    }
  }

  /// The name of the zone that a link's target stands for: what follows `zoneinfo/`.
  private func nameInDatabase(_ target: String) -> String? {
    let parts = target.split(separator: "/")
    guard let folder = parts.lastIndex(of: "zoneinfo") else { return nil }
    let name = parts[(folder + 1)...].joined(separator: "/")
    return Self.isValid(name) ? name : nil
  }

  private func read(_ name: String) throws(ZoneError) -> Zone {
    let file = path + "/" + name
    // Looked at first: a change between the look and the reading is seen at the next look.
    watch(file, ZoneFileMark(ofFileAt: file))
    switch contents(of: file) {
    case .success(let bytes): return try Zone(name: name, tzif: bytes)
    case .failure(let fault) where fault.code == ENOENT && !hasDatabase:
      throw ZoneError(
        message: "there is no time zone database in \(path), so \"\(name)\" is not known: install "
          + "it (the package is named tzdata)")
    case .failure(let fault) where [ENOENT, ENOTDIR, EISDIR].contains(fault.code):
      throw ZoneError(
        message: "there is no time zone \"\(name)\" in \(path)", suggestion: nearest(to: name))
    case .failure(let fault):
      throw ZoneError(message: "the zone file \(path)/\(name) cannot be read: \(fault.text)")
    }
  }

  /// Whether the folder holds what every zone database holds.
  private var hasDatabase: Bool {
    ["Etc/UTC", "UTC", "tzdata.zi"].contains { unsafe access(path + "/" + $0, F_OK) == 0 }
  }

  /// Whether a name can be that of a file below the folder: no way up, no way out.
  private static func isValid(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 128 else { return false }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty && part.first != "."
        && part.utf8.allSatisfy { byte in
          (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte.isDigit || "+-_.".utf8.contains(byte)
        }
    }
  }
}

// MARK: - Files

extension ZoneDirectory {
  private func watch(_ file: String, _ mark: ZoneFileMark) {
    state.withLock { state in
      guard state.marks.count < Self.mostMarks || state.marks[file] != nil else { return }
      state.marks[file] = mark
    }
  }
}

extension ZoneDirectory {
  /// Why a file could not be read.
  private struct FileFault: Error {
    let code: Int32
    var text: String { unsafe String(cString: strerror(code)) }
  }

  /// The contents of a regular file; anything else is refused without waiting for it.
  private func contents(of file: String) -> Result<[UInt8], FileFault> {
    let descriptor = unsafe open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return .failure(FileFault(code: errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return .failure(FileFault(code: errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { return .failure(FileFault(code: EISDIR)) }
    guard status.st_size <= Self.longestFile else { return .failure(FileFault(code: EFBIG)) }
    return read(descriptor)
  }

  private func read(_ descriptor: Int32) -> Result<[UInt8], FileFault> {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= Self.longestFile {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return .success(bytes) }
      if count > 0 {
        bytes += chunk[..<count]
      } else if errno != EINTR {
        return .failure(FileFault(code: errno))
      }
    }
    return .failure(FileFault(code: EFBIG))
  }

  private func linkTarget(of file: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = unsafe readlink(file, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The zone that a misspelt name may have meant: one that differs in letter case, whose last
  /// part it is, or that is nearly alike.
  private func nearest(to name: String) -> String? {
    let wanted = name.lowercased()
    let names = zoneNames()
    if let same = names.first(where: { $0.lowercased() == wanted }) { return same }
    if let city = names.first(where: { $0.lowercased().hasSuffix("/" + wanted) }) { return city }
    return nearestName(to: name, among: names)
  }

  /// The names that the database's own index (`tzdata.zi`) lists: `Z NAME …` and `L TARGET NAME`.
  private func zoneNames() -> [String] {
    if let known = state.withLock({ $0.names }) { return known }
    let names = readZoneNames()
    state.withLock { $0.names = names }
    return names
  }

  private func readZoneNames() -> [String] {
    guard case .success(let bytes) = contents(of: path + "/tzdata.zi") else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard line.first == UInt8(ascii: "Z") || line.first == UInt8(ascii: "L") else { return nil }
      let words = line.split(separator: UInt8(ascii: " "))
      switch words.first?.first {
      case UInt8(ascii: "Z") where words.count > 2: return String(decoding: words[1], as: UTF8.self)
      case UInt8(ascii: "L") where words.count == 3:
        return String(decoding: words[2], as: UTF8.self)
      default: return nil
      }
    }
  }
}
