// SPDX-License-Identifier: Apache-2.0

/// Where the control socket is when nobody says otherwise: one rule for both programs.
public enum SocketPath {
  /// The path, or nil where a user has no place of their own (no `HOME`).
  ///
  /// In this order: `BEAT_SOCKET`; for root `/run/beat/beatd.sock`; `$XDG_RUNTIME_DIR/beat/`;
  /// `/run/user/UID/beat/` where that folder is there, so that a daemon started at log-in is found
  /// from a cron job; `$HOME/.local/state/beat/`. Never a folder where others may put a socket of
  /// the same name.
  ///
  /// - Parameters:
  ///   - uid: the effective user.
  ///   - environment: the process's environment.
  ///   - isDirectory: whether a path is a folder.
  /// - Returns: an absolute path, but for what `BEAT_SOCKET` says.
  public static func standard(
    uid: UInt32, environment: [String: String], isDirectory: (String) -> Bool
  ) -> String? {
    if let path = environment["BEAT_SOCKET"], !path.isEmpty { return path }
    if uid == 0 { return "/run/beat/beatd.sock" }
    if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
      return folder + "/beat/beatd.sock"
    }
    let login = "/run/user/\(uid)"
    if isDirectory(login) { return login + "/beat/beatd.sock" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/beat/beatd.sock"
  }
}
