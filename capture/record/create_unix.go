//go:build unix

package record

import "syscall"

// noFollow makes opening fail when the path is a symbolic link.
const noFollow = syscall.O_NOFOLLOW
