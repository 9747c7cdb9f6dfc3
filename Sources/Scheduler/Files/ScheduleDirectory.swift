// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// What was found where schedules are kept.
public struct ScheduleReading: Sendable {
  /// The files that were read, by name.
  public var files: [ScheduleFile] = []
  /// What could not be read, and why.
  public var diagnostics: [Diagnostic] = []
  /// The files and folders that could not be read.
  public var unreadable: Set<String> = []
  /// The folders in which a change of the schedules would show.
  public var directories: [String] = []
  /// Files that were passed over for their names, up to 1,000, in order.
  public var ignored: [String] = []

  /// Nothing.
  public init() {}
}

/// Reads schedule files from the disk; the only place that does.
///
/// Folders are read recursively. Skipped are hidden files, `*~`, `*.bak`, `*.dpkg-*`, and what is
/// neither a crontab (`*.cron`, `*.crontab`, `crontab`) nor a job file (`*.toml`). A file that is
/// named outright is read whatever its name: as a job file where it ends in `.toml`, else as a
/// crontab. Where a folder named `cron.d` is named, what cron would read in it is read too: names
/// of letters, digits, `_` and `-`. Nothing but regular files is ever opened for reading, so a FIFO
/// or a device blocks nothing.
public enum ScheduleDirectory {
  /// The largest file that is read, in bytes.
  public static let sizeLimit = 32 * 1024 * 1024
  /// The most files that are read.
  public static let fileLimit = 10_000
  /// The deepest folder below the one that was named.
  public static let depthLimit = 16

  /// Whose files are read.
  public enum Trust: Hashable, Sendable {
    /// Anyone's: they are looked at, and nothing of them is run.
    case anyone
    /// What a daemon of this user runs: files that nobody else can write, for a file that others
    /// can write lets them run what they like as that user. Root's are trusted by all, and so are
    /// those of whoever owns the folder or file that was named: to name it is to trust its owner
    /// and group. A user other than root trusts its own group too.
    case daemon(UInt32)
  }

  /// Reads files and folders.
  public static func read(_ paths: [String], trusting trust: Trust = .anyone) -> ScheduleReading {
    read(paths, trusting: trust) { _ in }
  }

  /// Reads files and folders; `whileReading` is called with the path of each file between its bytes
  /// and the last look at it.
  static func read(
    _ paths: [String], trusting trust: Trust, whileReading: @escaping (String) -> Void
  ) -> ScheduleReading {
    var walk = ScheduleWalk(trust: trust, whileReading: whileReading)
    for path in paths { walk.take(path) }
    return walk.finish()
  }
}

/// One walk over the files and folders that were named.
private struct ScheduleWalk {
  let trust: ScheduleDirectory.Trust
  private let whileReading: (String) -> Void
  private var reading = ScheduleReading()
  private var seenFiles: Set<String> = []
  private var seenFolders: Set<Inode> = []
  /// Owner and group of the path that is being walked.
  private var named = Ownership(owner: 0, group: 0)

  init(trust: ScheduleDirectory.Trust, whileReading: @escaping (String) -> Void) {
    self.trust = trust
    self.whileReading = whileReading
  }

  private struct Inode: Hashable {
    let device: dev_t
    let number: ino_t
  }

  mutating func take(_ given: String) {
    let path = Self.withoutLastSlash(given)
    guard !path.isEmpty, !path.utf8.contains(0) else {
      return fail(given, .syntax, "this is no path")
    }
    guard let status = FileStatus(path) else {
      watch(Self.parent(of: path))
      return fail(path, .owner, "cannot be read: \(errorText(errno))")
    }
    named = Ownership(owner: status.owner, group: status.group)
    if status.isDirectory {
      takeFolder(path, relative: "", status, depth: 0)
    } else {
      watch(Self.parent(of: path))
      let name = Self.lastPart(of: path)
      takeFile(path, relative: name, ScheduleFile.kind(ofName: name) ?? .crontab, status)
    }
  }

  mutating func finish() -> ScheduleReading {
    reading.files.sort { ($0.relativeName, $0.path) < ($1.relativeName, $1.path) }
    reading.directories.sort()
    reading.ignored.sort()
    return reading
  }

  // MARK: Folders

  private mutating func takeFolder(
    _ path: String, relative: String, _ status: FileStatus, depth: Int
  ) {
    let inode = Inode(device: status.device, number: status.inode)
    guard seenFolders.insert(inode).inserted else { return }
    watch(path)
    guard depth <= ScheduleDirectory.depthLimit else {
      return fail(path, .limit, "more than \(ScheduleDirectory.depthLimit) folders deep")
    }
    guard let names = folderNames(path) else {
      return fail(path, .owner, "cannot be read: \(errorText(errno))")
    }
    for name in names.sorted() {
      if Self.isSkipped(name) {
        ignore(path == "/" ? "/\(name)" : "\(path)/\(name)")
      } else {
        takeEntry(name, in: path, relative: relative, depth: depth)
      }
    }
  }

  private mutating func takeEntry(
    _ name: String, in folder: String, relative: String, depth: Int
  ) {
    let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    let relative = relative.isEmpty ? name : "\(relative)/\(name)"
    let kind = Self.kind(name, path, depth: depth)
    guard let status = FileStatus(path) else {
      let code = errno
      let isGone = code == ENOENT && FileStatus(path, followingLinks: false) == nil
      if kind != nil, !isGone { fail(path, .owner, "cannot be read: \(errorText(code))") }
      return
    }
    if status.isDirectory {
      takeFolder(path, relative: relative, status, depth: depth + 1)
    } else if let kind {
      takeFile(path, relative: relative, kind, status)
    } else {
      ignore(path)
    }
  }

  private static func kind(_ name: String, _ path: String, depth: Int) -> ScheduleFile.Kind? {
    if let kind = ScheduleFile.kind(ofName: name) { return kind }
    let isCrons = depth == 0 && hasUserColumn(path) && ScheduleFile.isSystemName(name)
    return isCrons ? .crontab : nil
  }

  /// By the whole path: `crontab` may be named from within `/etc`.
  private static func hasUserColumn(_ path: String) -> Bool {
    if path.hasPrefix("/") { return ScheduleFile.hasUserColumn(path: path) }
    guard let here = unsafe getcwd(nil, 0) else { return ScheduleFile.hasUserColumn(path: path) }
    defer { unsafe free(here) }
    let parts = path.split(separator: "/").filter { $0 != "." }
    let whole = unsafe String(cString: here) + "/" + parts.joined(separator: "/")
    return ScheduleFile.hasUserColumn(path: whole)
  }

  private mutating func ignore(_ path: String) {
    if reading.ignored.count < 1_000 { reading.ignored.append(path) }
  }

  private static func isSkipped(_ name: String) -> Bool {
    name.hasPrefix(".") || name.hasSuffix("~") || name.hasSuffix(".bak")
      || name.contains(".dpkg-")
  }

  // MARK: Files

  private mutating func takeFile(
    _ path: String, relative: String, _ kind: ScheduleFile.Kind, _ status: FileStatus
  ) {
    guard seenFiles.insert(path).inserted else { return }
    guard reading.files.count < ScheduleDirectory.fileLimit else {
      return fail(path, .limit, "more than \(ScheduleDirectory.fileLimit) schedule files")
    }
    guard status.isRegular else {
      return fail(path, .owner, "is not a regular file", expected: "a file, not a device or a pipe")
    }
    for _ in 0..<3 {
      switch contents(path, trusting: trust, named, whileReading) {
      case .success(let bytes?):
        reading.files.append(
          ScheduleFile(
            path: path, relativeName: relative, kind: kind,
            hasUserColumn: kind == .crontab && Self.hasUserColumn(path), bytes: bytes))
        return
      case .success(nil): continue
      case .failure(let error):
        return fail(path, error.category, error.message, expected: error.expected)
      }
    }
    fail(path, .state, "changes while it is read")
  }

  // MARK: Results

  private mutating func fail(
    _ path: String, _ category: CronSyntaxError.Category, _ message: String,
    expected: String? = nil
  ) {
    reading.diagnostics.append(
      Diagnostic(wholeFile: path, category, message, expected: expected))
    reading.unreadable.insert(path)
  }

  private mutating func watch(_ folder: String) {
    if !reading.directories.contains(folder) { reading.directories.append(folder) }
  }

  // MARK: Paths

  private static func withoutLastSlash(_ path: String) -> String {
    var path = path[...]
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func lastPart(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}

// MARK: System calls

/// What `stat` says of a file.
private struct FileStatus {
  let device: dev_t
  let inode: ino_t
  let isDirectory: Bool
  let isRegular: Bool
  let size: Int
  let modified: timespec
  private let mode: mode_t
  let owner: uid_t
  let group: gid_t

  /// Nil, with `errno` set, where there is no such file.
  init?(_ path: String, followingLinks: Bool = true) {
    var raw = stat()
    let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
    guard unsafe fstatat(AT_FDCWD, path, &raw, flags) == 0 else { return nil }
    self.init(raw)
  }

  /// Nil, with `errno` set, where the descriptor is not open.
  init?(descriptor: Int32) {
    var raw = stat()
    guard unsafe fstat(descriptor, &raw) == 0 else { return nil }
    self.init(raw)
  }

  private init(_ raw: stat) {
    device = raw.st_dev
    inode = raw.st_ino
    isDirectory = raw.st_mode & S_IFMT == S_IFDIR
    isRegular = raw.st_mode & S_IFMT == S_IFREG
    size = Int(raw.st_size)
    modified = raw.st_mtim
    mode = raw.st_mode
    owner = raw.st_uid
    group = raw.st_gid
  }

  /// Why a daemon of a user does not run what the file says; nil where it does.
  func distrust(by user: UInt32, _ named: Ownership) -> (message: String, expected: String)? {
    if mode & 0o002 != 0 {
      return ("can be written by everyone, so everyone could run what they like", "chmod o-w")
    }
    if user == 0, mode & 0o020 != 0, group != 0, group != named.group {
      return ("can be written by a group that is not root's", "chmod g-w, or chgrp root")
    }
    if owner != 0, owner != user, owner != named.owner {
      let whom = user == 0 ? "root" : "root nor to the daemon's user"
      return ("belongs to user \(owner), not to \(whom)", "chown, or a daemon of that user")
    }
    return nil
  }

  func isUnchanged(since earlier: FileStatus) -> Bool {
    size == earlier.size && modified.tv_sec == earlier.modified.tv_sec
      && modified.tv_nsec == earlier.modified.tv_nsec
  }
}

/// Whose a file is.
struct Ownership {
  let owner: UInt32
  let group: UInt32
}

private struct ReadError: Error {
  let category: CronSyntaxError.Category
  let message: String
  let expected: String?

  init(_ category: CronSyntaxError.Category, _ message: String, expected: String? = nil) {
    self.category = category
    self.message = message
    self.expected = expected
  }

  /// From `errno`.
  init() { self.init(.owner, "cannot be read: \(errorText(errno))") }
}

/// A file's bytes; nil where it changed while it was read.
private func contents(
  _ path: String, trusting trust: ScheduleDirectory.Trust, _ named: Ownership,
  _ whileReading: (String) -> Void
) -> Result<[UInt8]?, ReadError> {
  let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
  guard descriptor >= 0 else { return .failure(ReadError()) }
  defer { close(descriptor) }
  guard let before = FileStatus(descriptor: descriptor) else { return .failure(ReadError()) }
  guard before.isRegular else { return .failure(ReadError(.owner, "is not a regular file")) }
  if case .daemon(let user) = trust, let fault = before.distrust(by: user, named) {
    return .failure(ReadError(.owner, fault.message, expected: fault.expected))
  }
  let limit = ScheduleDirectory.sizeLimit
  guard before.size <= limit else {
    return .failure(ReadError(.limit, "is larger than \(limit >> 20) MiB"))
  }
  // One byte more than the file holds, to see it grow.
  let room = before.size + 1
  var failure: ReadError?
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
    while count < room {
      let rest = buffer.extracting(count..<room)
      let got = unsafe read(descriptor, rest.baseAddress, rest.count)
      if got > 0 { count += got }
      if got == 0 { break }
      if got < 0, errno != EINTR {
        failure = ReadError()
        break
      }
    }
  }
  if let failure { return .failure(failure) }
  whileReading(path)
  guard bytes.count == before.size, let after = FileStatus(descriptor: descriptor),
    after.isUnchanged(since: before)
  else { return .success(nil) }
  return .success(bytes)
}

/// The names in a folder; nil where it cannot be read.
///
/// A name that is not UTF-8 is left out: no path in text could open it.
private func folderNames(_ path: String) -> [String]? {
  guard let folder = unsafe opendir(path) else { return nil }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(folder) else { return errno == 0 ? names : nil }
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
      unsafe String(validating: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    if let name, name != ".", name != ".." { names.append(name) }
  }
}

private func errorText(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
