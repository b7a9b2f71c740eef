package record

import "golang.org/x/sys/unix"

// mountSmall mounts a file system of 1 MiB, which root alone can do.
func mountSmall(dir string) error { return unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m") }

func unmount(dir string) { unix.Unmount(dir, unix.MNT_DETACH) } // it is a test's
