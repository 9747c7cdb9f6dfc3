// SPDX-License-Identifier: Apache-2.0

/// Copies the state file.
public struct BackupRequest: APIRequest, Hashable {
  /// The file on the daemon's machine, from the root.
  public var path: String
  /// It may be there already.
  public var force: Bool?

  /// The keys.
  public enum CodingKeys: String, CodingKey, CaseIterable { case path, force }

  /// A copy into this file.
  public init(path: String, force: Bool = false) {
    self.path = path
    self.force = force
  }
}

/// How far the newest copy of the state file has come.
public struct BackupReply: Codable, Hashable, Sendable {
  /// The file.
  public var path: String
  /// `copying`, `checking`, `done` or `failed`.
  public var state: String
  /// Pages that are copied.
  public var pagesDone: Int
  /// Pages in all, as far as is known.
  public var pages: Int
  /// The finished file's size in bytes.
  @OrNull public var bytes: Int?
  /// Why there is no file.
  @OrNull public var error: String?

  enum CodingKeys: String, CodingKey {
    case path, state, pages, bytes, error
    case pagesDone = "pages_done"
  }

  /// A copy.
  public init(
    path: String, state: String, pagesDone: Int, pages: Int, bytes: Int? = nil,
    error: String? = nil
  ) {
    self.path = path
    self.state = state
    self.pagesDone = pagesDone
    self.pages = pages
    self.bytes = bytes
    self.error = error
  }

  /// Whether nothing more will happen to it.
  public var isOver: Bool { state == "done" || state == "failed" }
}
