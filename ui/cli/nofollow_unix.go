//go:build unix

package cli

import "syscall"

// noFollow refuses to open what is a symbolic link.
const noFollow = syscall.O_NOFOLLOW
