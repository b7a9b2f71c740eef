//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package cli

import "os"

// forgetTyped does nothing where there is no terminal as Unix has them.
func forgetTyped(*os.File) {}
