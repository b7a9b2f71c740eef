//go:build !unix

package rtmps

import "io/fs"

// exposed cannot be known here: who may read a file is not in its mode.
func exposed(fs.FileInfo) bool { return false }
