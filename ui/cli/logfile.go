package cli

import (
	"os"
	"path/filepath"
	"strings"
)

// openLog opens a file to append the log to. It follows no symbolic link, because who
// may write to the directory could lead the log anywhere with one; those in /dev, such as
// /dev/stderr, belong to the system.
func openLog(path string) (*os.File, error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if strings.HasPrefix(filepath.Clean(path), "/dev/") {
		return openedLog(os.OpenFile(path, flags, 0o600))
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink != 0 {
		return nil, fail(exitFailed, "--log-file %s is a symbolic link, which could lead anywhere; name the file that it points to", path)
	}
	return openedLog(os.OpenFile(path, flags|noFollow, 0o600))
}

func openedLog(f *os.File, err error) (*os.File, error) {
	if err != nil {
		return nil, fail(exitFailed, "--log-file: %w", err)
	}
	return f, nil
}
