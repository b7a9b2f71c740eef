package source

import "golang.org/x/sys/windows"

// Free is how many bytes a program may still write to the file system of a
// directory; ok is false when that is not known.
func Free(dir string) (bytes int64, ok bool) {
	path, err := windows.UTF16PtrFromString(dir)
	var free uint64
	if err != nil || windows.GetDiskFreeSpaceEx(path, &free, nil, nil) != nil {
		return 0, false
	}
	return int64(min(free, 1<<62)), true
}
