//go:build linux || darwin || freebsd

package source

import "golang.org/x/sys/unix"

// Free is how many bytes a program may still write to the file system of a
// directory; ok is false when that is not known.
func Free(dir string) (bytes int64, ok bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:unconvert // their types differ between systems
}
